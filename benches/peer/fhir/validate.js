// Holds each line of an NDJSON file against the published FHIR R4 definitions, by two programs that are not ours: the JSON schema
// that HL7 publishes with R4 (through ajv), and the structure definitions and value sets of R4 (the `fhir` library). Then what
// neither looks at: that every link points at a resource of the file, and that the two ends of a merge agree.
//
//     cd benches/peer/fhir && npm install && node validate.js cross-reference.ndjson
//
// Ends with 0 where all hold, 1 where one does not, 2 where the programs are not installed.
'use strict';
const fs = require('fs');

let SchemaValidator, Fhir;
try {
  SchemaValidator = require('@asymmetrik/fhir-json-schema-validator');
  ({ Fhir } = require('fhir'));
} catch (error) {
  console.error(`skipped: ${error.message.split('\n')[0]}; run npm install in benches/peer/fhir first`);
  process.exit(2);
}

const schema = new SchemaValidator();
const fhir = new Fhir();

function faults(resource) {
  const found = schema.validate(resource).map((error) => `schema: ${error.dataPath || error.instancePath || ''} ${error.message}`);
  const checked = fhir.validate(resource, { errorOnUnexpected: true });
  for (const message of checked.messages.filter((it) => it.severity === 'error' || it.severity === 'fatal')) {
    found.push(`definitions: ${message.location} ${message.message}`);
  }
  return found;
}

// The validators must be ones that can say no: each of these is wrong in one place.
const right = { resourceType: 'Patient', id: 'a', identifier: [{ use: 'official', system: 'urn:oid:1.2', value: '1' }], active: true };
const wrong = {
  'a link of no known type': { ...right, link: [{ other: { reference: 'Patient/b' }, type: 'swallowed' }] },
  'a link to nobody': { ...right, link: [{ type: 'replaces' }] },
  'an id that no resource may have': { ...right, id: 'a_b' },
  'active in words': { ...right, active: 'yes' },
  'an element that is none': { ...right, chi: '1' },
  'a use that is none': { ...right, identifier: [{ ...right.identifier[0], use: 'wrong' }] },
};
let bad = faults(right).map((fault) => `a resource that is right: ${fault}`);
for (const [what, resource] of Object.entries(wrong)) {
  if (faults(resource).length === 0) bad.push(`the validators let this pass: ${what}`);
}

const [, , path] = process.argv;
const text = fs.readFileSync(path, 'utf8');
if (text.length > 0 && !text.endsWith('\n')) bad.push('the last line has no end');
const resources = text.split('\n').filter((line) => line.length > 0).map((line) => JSON.parse(line));
const byReference = new Map(resources.map((it) => [`${it.resourceType}/${it.id}`, it]));
if (byReference.size !== resources.length) bad.push('two resources have one id');
resources.forEach((resource, place) => {
  for (const fault of faults(resource)) bad.push(`line ${place + 1}: ${fault}`);
  for (const link of resource.link || []) {
    const other = byReference.get(link.other.reference);
    const back = link.type === 'replaces' ? 'replaced-by' : 'replaces';
    const own = `Patient/${resource.id}`;
    if (!other) bad.push(`line ${place + 1}: its link points at nobody in the file`);
    else if (!(other.link || []).some((it) => it.type === back && it.other.reference === own)) {
      bad.push(`line ${place + 1}: the other end of its link does not say ${back}`);
    }
  }
});
for (const fault of bad.slice(0, 20)) console.error(fault);
console.log(`${resources.length} resources, ${bad.length} faults`);
process.exit(bad.length === 0 ? 0 : 1);
