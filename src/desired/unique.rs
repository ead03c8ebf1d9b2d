//! Ids and names that may stand for one instance only.

use std::collections::HashMap;

use crate::manifest::{Code, Findings, Location, Manifest, quoted_id, reveal_id};

/// Says which ids and names occur twice, in whatever files.
pub(super) fn check_unique(manifests: &[Manifest], findings: &mut Findings) {
    let mut ids: HashMap<&str, &Location> = HashMap::new();
    let mut names: HashMap<&str, &Location> = HashMap::new();
    for instance in manifests.iter().flat_map(|manifest| &manifest.instances) {
        let id = &instance.id;
        if let Some(first) = ids.get(&*id.value) {
            let message = format!(
                "instance {} is listed twice, first at {}; remove one",
                quoted_id(&id.value),
                first.origin
            );
            findings.add(Code::DuplicateId, &id.place, reveal_id(&id.value), message);
        }
        ids.entry(&id.value).or_insert(&id.place);
        let Some(name) = &instance.name else { continue };
        if let Some(first) = names.get(&*name.value) {
            let message = format!(
                "two instances have the name {}, the first at {}; rename one",
                quoted_id(&name.value),
                first.origin
            );
            findings.add(
                Code::DuplicateName,
                &name.place,
                reveal_id(&name.value),
                message,
            );
        }
        names.entry(&name.value).or_insert(&name.place);
    }
    for instance in manifests.iter().flat_map(|manifest| &manifest.instances) {
        // `-i` takes both, so a name that is another instance's id would be ambiguous.
        let Some(name) = &instance.name else { continue };
        if let Some(other) = ids
            .get(&*name.value)
            .filter(|other| ***other != instance.id.place)
        {
            let message = format!(
                "the name {} is another instance's id, at {}; rename it",
                quoted_id(&name.value),
                other.origin
            );
            findings.add(
                Code::DuplicateName,
                &name.place,
                reveal_id(&name.value),
                message,
            );
        }
    }
}
