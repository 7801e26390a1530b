//! `people`, `passphrase`: who works here.

use super::arguments::people::{PassphraseArgs, PeopleArgs, YesNo};
use super::work::{sit_down, sit_down_with};
use super::{Done, Failure, passphrase, refuse, terminal};
use crate::stewardship::people as staff_verbs;
use crate::workspace::{NewPerson, Role, Staff, Standing, Workspace, fingerprint};

/// Lists the people, or changes one.
pub fn people(args: &PeopleArgs) -> Done {
    let mut workspace = sit_down(&args.desk)?;
    let given = |name: &str| passphrase::new(name, args.new_passphrase_file.as_deref(), false);
    if let Some(name) = &args.add {
        let passphrase = given(name)?;
        let role = args.role.map_or(Role::Officer, Into::into);
        staff_verbs::add(&mut workspace, NewPerson { name, role, administers: false, passphrase: &passphrase })?;
    } else if let Some(name) = &args.change {
        let before = named(&workspace, name)?.standing();
        let after = Standing {
            role: args.role.map_or(before.role, Into::into),
            administers: args.administers.map_or(before.administers, |it| it == YesNo::Yes),
            ..before.clone()
        };
        if after == before {
            return refuse(format!("{name} is that already; say what changes with --role or --administers"));
        }
        change(&mut workspace, name, after)?;
    } else if let Some(name) = &args.reset {
        let person = named(&workspace, name)?;
        staff_verbs::reset_passphrase(&mut workspace, person.id, &given(name)?)?;
    } else if let Some(name) = &args.confirm {
        let person = named(&workspace, name)?;
        staff_verbs::confirm_key(&mut workspace, person.id)?;
    } else if let Some(name) = &args.remove {
        let before = named(&workspace, name)?.standing();
        change(&mut workspace, name, Standing { active: false, ..before })?;
    } else if args.role.is_some() || args.new_passphrase_file.is_some() {
        return refuse("Say whom it is about with --add, --change or --reset; nothing was changed");
    }
    let mut rows = vec![["Name", "Role", "Manages people", "Key"].map(str::to_owned).to_vec()];
    for person in workspace.staff()?.into_iter().filter(|person| person.active) {
        let manages = if person.administers { "yes" } else { "no" };
        let key = workspace.key_standing(person.id)?.public;
        let key = key.map_or_else(|| "none yet".to_owned(), |public| fingerprint(&public));
        rows.push(vec![person.name, person.role.words().to_owned(), manages.to_owned(), key]);
    }
    print!("{}", terminal::table(&rows));
    Ok(())
}

fn change(workspace: &mut Workspace, name: &str, after: Standing) -> Done {
    let person = named(workspace, name)?;
    if let Some(words) = staff_verbs::change(workspace, person.id, after)? {
        eprintln!("stewartry: {words}");
    }
    Ok(())
}

/// Somebody who works here.
pub(super) fn named(workspace: &Workspace, name: &str) -> Result<Staff, Failure> {
    let found = workspace.staff()?.into_iter().find(|person| person.active && person.name == name);
    found
        .map_or_else(|| refuse(format!("Nobody of the name “{name}” works in this workspace; nothing was changed")), Ok)
}

/// Changes one's own passphrase.
pub fn passphrase(args: &PassphraseArgs) -> Done {
    let (mut workspace, old) = sit_down_with(&args.desk)?;
    let name = workspace.me().name.clone();
    let new = passphrase::new(&name, args.new_passphrase_file.as_deref(), false)?;
    staff_verbs::change_passphrase(&mut workspace, &old, &new)?;
    let public = workspace.key_standing(workspace.me().id)?.public.unwrap_or_default();
    println!("The passphrase of {name} was changed. The key they sign with is now {}", fingerprint(&public));
    Ok(())
}
