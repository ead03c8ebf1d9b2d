//! Checks that ids and names of instances are unique.

use std::collections::HashMap;

use crate::manifest::{
    Code, Findings, Located, LocatedText, Location, Manifest, Origin, quoted_id, reveal_id,
};

/// Reports ids and names that occur twice in the files of a run.
pub(super) fn check_unique(manifests: &[Manifest], findings: &mut Findings) {
    let instances = || manifests.iter().flat_map(|manifest| &manifest.instances);
    let ids = instances().map(|instance| &instance.id);
    let ids = firsts(ids, Code::DuplicateId, findings, |id, first| {
        format!("instance {id} is listed twice, first at {first}; remove one")
    });
    let named = || instances().filter_map(|instance| Some((instance, instance.name.as_ref()?)));
    let own_names = named().map(|(_, name)| name);
    firsts(own_names, Code::DuplicateName, findings, |name, first| {
        format!("two instances have the name {name}, the first at {first}; rename one")
    });
    for (instance, name) in named() {
        // `-i` takes both, so a name that is another instance's id would be ambiguous.
        let other = ids.get(&*name.value);
        if let Some(other) = other.filter(|other| ***other != instance.id.place) {
            let message = format!(
                "the name {} is another instance's id, at {}; rename it",
                quoted_id(&name.value),
                other.origin
            );
            let reveal = reveal_id(&name.value);
            findings.add(Code::DuplicateName, &name.place, reveal, message);
        }
    }
}

/// The first location of each text; a repeated text is a finding.
fn firsts<'a>(
    texts: impl Iterator<Item = &'a LocatedText>,
    code: Code,
    findings: &mut Findings,
    message: impl Fn(&str, &Origin) -> String,
) -> HashMap<&'a str, &'a Location> {
    let mut firsts: HashMap<&str, &Location> = HashMap::new();
    for Located { value, place } in texts {
        if let Some(first) = firsts.get(&**value) {
            let message = message(&quoted_id(value), &first.origin);
            findings.add(code, place, reveal_id(value), message);
        }
        firsts.entry(value).or_insert(place);
    }
    firsts
}
