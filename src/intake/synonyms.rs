//! The names that fields go by, whatever their case, spaces and underscores.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::Field;

/// Headings that name a person of Mosaic outright. Those after them in the table only number rows, perhaps.
pub(crate) const MOSAIC_IDS: usize = 26;

/// What a heading looks like plain ([`plain`]), for each field; the surest first.
const SYNONYMS: &[(Field, &[&str])] = &[
    (
        Field::Id,
        &[
            "MOSAICID",
            "MOSAICPERSONID",
            "PERSONID",
            "MOSAICNUMBER",
            "MOSAICNO",
            "MOSAICREF",
            "MOSAICREFERENCE",
            "PERSONREF",
            "PERSONREFERENCE",
            "PERSONNUMBER",
            "PERSONNO",
            "CLIENTID",
            "CLIENTREF",
            "CLIENTREFERENCE",
            "CLIENTNUMBER",
            "CLIENTNO",
            "SERVICEUSERID",
            "SERVICEUSERREF",
            "SOCIALCAREID",
            "SOCIALWORKID",
            "SUBJECTID",
            "SWID",
            "COUNCILID",
            "WORKERPERSONID",
            "CASEID",
            "PID",
            "UNIQUEID",
            "RECORDID",
            "RECID",
            "ID",
            "IDENTIFIER",
            "REFERENCE",
            "REF",
            "SERIAL",
            "SERIALNUMBER",
            "SERIALNO",
            "LOCALID",
        ],
    ),
    (
        Field::Chi,
        &[
            "CHINUMBER",
            "CHI",
            "CHINO",
            "CHINUM",
            "CHIID",
            "COMMUNITYHEALTHINDEXNUMBER",
            "COMMUNITYHEALTHINDEX",
            "COMMUNITYHEALTHINDEXNO",
            "PERSONCHI",
            "PATIENTCHI",
            "PERSONCHINUMBER",
            "PATIENTCHINUMBER",
            "CHIGIVEN",
            "HEALTHID",
            "PATIENTCHINO",
            "CHIIDENTIFIER",
            "NHSCHI",
            "NHSCHINUMBER",
            "NHSCHINO",
        ],
    ),
    (
        Field::Surname,
        &["SURNAME", "LASTNAME", "FAMILYNAME", "CURRENTSURNAME", "LEGALSURNAME", "REGISTEREDSURNAME", "LNAME", "SNAME"],
    ),
    (
        Field::PreviousSurname,
        &[
            "PREVIOUSSURNAME",
            "PREVSURNAME",
            "BIRTHSURNAME",
            "SURNAMEATBIRTH",
            "MAIDENNAME",
            "MAIDENSURNAME",
            "FORMERSURNAME",
            "BIRTHNAME",
            "FORMERNAME",
            "PREVIOUSNAME",
            "PREVIOUSLASTNAME",
            "PREVIOUSFAMILYNAME",
            "ALIASSURNAME",
            "OTHERSURNAME",
        ],
    ),
    (
        Field::Forename,
        &[
            "FIRSTFORENAME",
            "FORENAME",
            "FIRSTNAME",
            "GIVENNAME",
            "FORENAME1",
            "FIRSTGIVENNAME",
            "CHRISTIANNAME",
            "FNAME",
        ],
    ),
    (Field::FirstNames, &["FIRSTNAMES", "FORENAMES", "GIVENNAMES", "ALLFORENAMES", "ALLFIRSTNAMES", "CHRISTIANNAMES"]),
    (
        Field::SecondForename,
        &[
            "SECONDFORENAME",
            "MIDDLENAME",
            "MIDDLENAMES",
            "FORENAME2",
            "OTHERFORENAMES",
            "OTHERFORENAME",
            "OTHERNAMES",
            "MIDDLEFORENAME",
            "SECONDGIVENNAME",
            "SECONDNAME",
            "OTHERGIVENNAMES",
            "MIDDLEINITIAL",
            "SECONDINITIAL",
        ],
    ),
    (
        Field::FullName,
        &["FULLNAME", "NAME", "PERSONNAME", "DISPLAYNAME", "CLIENTNAME", "PATIENTNAME", "REGISTEREDNAME", "WHOLENAME"],
    ),
    (
        Field::KnownAs,
        &[
            "KNOWNAS",
            "KNOWNASNAME",
            "PREFERREDNAME",
            "PREFERREDFORENAME",
            "PREFERREDFIRSTNAME",
            "KNOWNASFORENAME",
            "NICKNAME",
            "ALIAS",
            "ALIASES",
            "ALIASFORENAME",
            "ALSOKNOWNAS",
            "AKA",
        ],
    ),
    (
        Field::Sex,
        &[
            "SEX",
            "GENDER",
            "CURRENTSEX",
            "CURRENTGENDER",
            "ADMINISTRATIVESEX",
            "SEXCODE",
            "GENDERCODE",
            "SEXATBIRTH",
            "GENDERATBIRTH",
        ],
    ),
    (
        Field::Birth,
        &["DATEOFBIRTH", "DOB", "BIRTHDATE", "DOBDATE", "BIRTHDAY", "BORN", "BIRTHDT", "DOBDT", "DTOFBIRTH", "DTOB"],
    ),
    (
        Field::Death,
        &["DATEOFDEATH", "DOD", "DEATHDATE", "DECEASEDDATE", "DATEDECEASED", "DATEOFDEATHDT", "DIED", "DEATHDT"],
    ),
    (
        Field::Deceased,
        &[
            "DECEASED",
            "ISDECEASED",
            "DECEASEDFLAG",
            "DECEASEDYN",
            "DECEASEDINDICATOR",
            "DECEASEDIND",
            "DEATHFLAG",
            "DEATHINDICATOR",
            "DEATHIND",
            "DEAD",
            "ISDEAD",
            "DEADFLAG",
            "DEADYN",
            "HASDIED",
            "PERSONDECEASED",
        ],
    ),
    (
        Field::HouseNumber,
        &["HOUSENUMBER", "HOUSENO", "STREETNUMBER", "STREETNO", "BUILDINGNUMBER", "PROPERTYNUMBER", "HOUSE"],
    ),
    (
        Field::Address1,
        &["ADDRESS1", "ADDRESSLINE1", "ADDR1", "ADDRLINE1", "ADD1", "ADDRESSLINEONE", "STREET", "STREETNAME", "LINE1"],
    ),
    (
        Field::Address2,
        &["ADDRESS2", "ADDRESSLINE2", "ADDR2", "ADDRLINE2", "ADD2", "ADDRESSLINETWO", "LOCALITY", "DISTRICT", "LINE2"],
    ),
    (
        Field::Address3,
        &[
            "ADDRESS3",
            "ADDRESSLINE3",
            "ADDR3",
            "ADDRLINE3",
            "ADD3",
            "ADDRESSLINETHREE",
            "TOWN",
            "CITY",
            "POSTTOWN",
            "SUBURB",
            "TOWNCITY",
            "LINE3",
        ],
    ),
    (
        Field::Address4,
        &["ADDRESS4", "ADDRESSLINE4", "ADDR4", "ADDRLINE4", "ADD4", "ADDRESSLINEFOUR", "COUNTY", "REGION", "LINE4"],
    ),
    (
        Field::Address5,
        &["ADDRESS5", "ADDRESSLINE5", "ADDR5", "ADDRLINE5", "ADD5", "ADDRESSLINEFIVE", "COUNTRY", "LINE5"],
    ),
    (
        Field::Address,
        &["ADDRESS", "FULLADDRESS", "CURRENTADDRESS", "HOMEADDRESS", "POSTALADDRESS", "MAINADDRESS", "ADDRESSFULL"],
    ),
    (
        Field::Postcode,
        &[
            "POSTCODE",
            "PCODE",
            "POSTALCODE",
            "CURRENTPOSTCODE",
            "HOMEPOSTCODE",
            "PC7",
            "PC8",
            "POSTCD",
            "ZIP",
            "ZIPCODE",
        ],
    ),
    (
        Field::Context,
        &["CONTEXT", "PERSONCONTEXT", "CLIENTGROUP", "TEAM", "TEAMNAME", "ALLOCATEDTEAM", "SERVICE", "CAREGROUP"],
    ),
    (
        Field::Restricted,
        &[
            "RESTRICTED",
            "ISRESTRICTED",
            "RESTRICTEDFLAG",
            "RESTRICTEDYN",
            "RESTRICTION",
            "RESTRICTEDACCESS",
            "RESTRICTEDPERSON",
            "RESTRICTIONS",
            "ACCESSRESTRICTED",
            "SENSITIVE",
            "ACCESSRESTRICTION",
            "RESTRICTEDRECORD",
            "RESTRICTEDRECORDYN",
            "RESTRICTIONFLAG",
            "CONFIDENTIAL",
            "CONFIDENTIALFLAG",
            "CONFIDENTIALRECORD",
            "SENSITIVEFLAG",
            "SENSITIVERECORD",
        ],
    ),
    (
        Field::Status,
        &["CHISTATUS", "STATUS", "STATUSCODE", "CHISTATUSCODE", "CHINUMBERSTATUS", "RECORDSTATUS", "STATUSFLAG"],
    ),
    (
        Field::Upi,
        &[
            "UPI",
            "UPINUMBER",
            "UPINO",
            "CURRENTCHI",
            "CURRENTCHINUMBER",
            "CURRENTUPI",
            "REPLACEMENTCHI",
            "REPLACEDBY",
            "SUPERSEDEDBY",
            "REPLACEMENTCHINUMBER",
            "PREFERREDCHI",
        ],
    ),
    (
        Field::LastChanged,
        &[
            "LASTCHANGED",
            "LASTUPDATED",
            "LASTMODIFIED",
            "DATEMODIFIED",
            "MODIFIEDDATE",
            "DATECHANGED",
            "CHANGEDDATE",
            "DATEUPDATED",
            "UPDATEDDATE",
            "LASTCHANGEDDATE",
            "LASTUPDATEDDATE",
            "LASTMODIFIEDDATE",
            "DATELASTCHANGED",
            "DATELASTUPDATED",
            "DATELASTMODIFIED",
            "LASTCHANGEDON",
            "LASTUPDATEDON",
            "LASTMODIFIEDON",
            "UPDATEDON",
            "MODIFIEDON",
            "CHANGEDON",
            "LASTCHANGE",
            "LASTUPDATE",
            "UPDATEDAT",
            "MODIFIEDAT",
        ],
    ),
    (
        Field::CarePackages,
        &[
            "CAREPACKAGES",
            "OPENCAREPACKAGES",
            "ACTIVECAREPACKAGES",
            "CAREPACKAGE",
            "HASCAREPACKAGES",
            "HASCAREPACKAGE",
            "CAREPACKAGECOUNT",
            "CAREPACKAGESCOUNT",
            "NUMBEROFCAREPACKAGES",
            "SERVICES",
            "OPENSERVICES",
            "ACTIVESERVICES",
            "HASSERVICES",
            "SERVICECOUNT",
            "SERVICESCOUNT",
        ],
    ),
    (
        Field::Finance,
        &[
            "HASFINANCE",
            "FINANCE",
            "FINANCEFLAG",
            "FINANCERECORDS",
            "HASFINANCERECORDS",
            "FINANCIALRECORDS",
            "HASFINANCIALRECORDS",
            "FINANCEYN",
        ],
    ),
    (Field::Invoices, &["INVOICES", "HASINVOICES", "OPENINVOICES", "INVOICE", "INVOICECOUNT", "NUMBEROFINVOICES"]),
    (Field::Payees, &["PAYEES", "HASPAYEES", "PAYEE", "ISPAYEE", "PAYEECOUNT"]),
    (
        Field::ChargePeriods,
        &["CHARGEPERIODS", "HASCHARGEPERIODS", "CHARGEPERIOD", "CHARGES", "HASCHARGES", "CHARGEPERIODCOUNT"],
    ),
    (
        Field::PersonalBudget,
        &[
            "PERSONALBUDGET",
            "PERSONALBUDGETS",
            "HASPERSONALBUDGET",
            "HASPERSONALBUDGETS",
            "PERSONALBUDGETCOUNT",
            "DIRECTPAYMENTS",
            "HASDIRECTPAYMENTS",
        ],
    ),
    (
        Field::OtherId,
        &[
            "RELATEDPERSONID",
            "RELATEDPERSON",
            "RELATEDPERSONREF",
            "RELATEDTOPERSONID",
            "RELATEDTOID",
            "RELATEDTO",
            "RELATEDID",
            "RELATIVEID",
            "RELATIVEPERSONID",
            "RELATIONID",
            "RELATIONPERSONID",
            "OTHERPERSONID",
            "TOPERSONID",
            "HOUSEHOLDMEMBERID",
            "RELATEDCLIENTID",
            "RELATEDMOSAICID",
        ],
    ),
    (
        Field::Relationship,
        &[
            "RELATIONSHIP",
            "RELATIONSHIPTYPE",
            "RELATIONSHIPNAME",
            "RELATIONSHIPDESCRIPTION",
            "RELATIONSHIPROLE",
            "RELATIONSHIPTOPERSON",
            "RELATION",
            "RELATIONTYPE",
            "TYPEOFRELATIONSHIP",
            "MEMBERSHIP",
            "HOUSEHOLDMEMBERSHIP",
        ],
    ),
    (
        Field::Began,
        &[
            "STARTDATE",
            "RELATIONSHIPSTARTDATE",
            "RELATIONSHIPSTART",
            "DATESTARTED",
            "DATEFROM",
            "FROMDATE",
            "VALIDFROM",
            "STARTED",
        ],
    ),
    (
        Field::Ended,
        &["ENDDATE", "RELATIONSHIPENDDATE", "RELATIONSHIPEND", "DATEENDED", "DATETO", "TODATE", "VALIDTO", "ENDED"],
    ),
    (Field::LeftSource, &["SOURCEDATASET", "SOURCE", "DATASET", "SOURCEFILE"]),
    (
        Field::Weight,
        &["MATCHWEIGHT", "WEIGHT", "SCORE", "MATCHSCORE", "TOTALWEIGHT", "LINKWEIGHT", "LINKAGEWEIGHT", "TOTALSCORE"],
    ),
    (
        Field::Probability,
        &[
            "MATCHPROBABILITY",
            "PROBABILITY",
            "PROB",
            "MATCHPROB",
            "POSTERIOR",
            "LINKPROBABILITY",
            "POSTERIORPROBABILITY",
        ],
    ),
];

/// A heading as synonyms are compared: letters and digits only, in capitals.
pub(crate) fn plain(heading: &str) -> String {
    heading.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The field that a plain heading names, and how sure that is (0 is surest).
pub(crate) fn lookup(plain: &str) -> Option<(Field, usize)> {
    synonyms().get(plain).copied()
}

fn synonyms() -> &'static FxHashMap<&'static str, (Field, usize)> {
    static TABLE: OnceLock<FxHashMap<&'static str, (Field, usize)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let every = SYNONYMS
            .iter()
            .flat_map(|(field, names)| names.iter().enumerate().map(move |(rank, name)| (*name, (*field, rank))));
        every.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_goes_by_two_fields() {
        let every: Vec<&str> = SYNONYMS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(synonyms().len(), every.len());
        assert!(every.iter().all(|name| plain(name) == *name));
    }

    #[test]
    fn ids_that_only_number_rows_come_after_those_that_name_a_person() {
        assert_eq!(SYNONYMS[0].1[MOSAIC_IDS], "UNIQUEID");
    }
}
