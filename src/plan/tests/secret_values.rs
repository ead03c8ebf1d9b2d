//! The law of notices about secrets: there is one exactly where a value is sent and not live, whatever the order of instances.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::world::{live, target, wanted, wanted_webhook, webhook};
use crate::desired::{ManifestHosts, Wanted, WantedWebhooks};
use crate::document::Rows;
use crate::document::plan::PlanV1;
use crate::exit::ExitCode;
use crate::live::Reading;
use crate::plan::{Fold, Policy, plan_instance};
use crate::webhook::{Fingerprints, HookUrl, Provenance, Webhook};

/// Schemes, hosts and ports, each as a URL begins and as a notice shows it.
const TARGETS: [(&str, &str); 3] = [
    ("https://a.example", "a.example"),
    ("http://a.example", "http://a.example"),
    ("https://a.example:8443", "a.example:8443"),
];
const VALUES: [&str; 2] = ["v0", "v1"];

/// A target and a value, by their indices.
type Place = (usize, usize);

#[derive(Debug, Clone)]
struct Case {
    wanted: BTreeSet<Place>,
    /// With the place of the value in the URL; in the last, it is a part of another one.
    live: BTreeSet<(Place, usize)>,
}

fn any_case() -> impl Strategy<Value = Case> {
    let place = || (0..TARGETS.len(), 0..VALUES.len());
    let wanted = proptest::collection::btree_set(place(), 0..3);
    let live = proptest::collection::btree_set((place(), 0..5_usize), 0..4);
    (wanted, live).prop_map(|(wanted, live)| Case { wanted, live })
}

fn wish(case: &Case) -> Wanted {
    let webhooks = case.wanted.iter().map(|(target, value)| {
        let url = HookUrl::from_pieces([
            (TARGETS[*target].0, Provenance::Manifest),
            ("/in?s=", Provenance::Manifest),
            (
                VALUES[*value],
                Provenance::Secret(Arc::from(VALUES[*value])),
            ),
        ]);
        wanted_webhook(Webhook {
            url,
            ..webhook("https://x", Provenance::Manifest)
        })
    });
    Wanted {
        webhooks: WantedWebhooks::Exactly(webhooks.collect()),
        ..wanted(&[])
    }
}

fn live_url(((target, value), place): &(Place, usize)) -> String {
    let (target, value) = (TARGETS[*target].0, VALUES[*value]);
    match place {
        0 => format!("{target}/in?s={value}"),
        1 => format!("{target}/{value}/x"),
        2 => format!(
            "{}x:{value}@{}",
            &target[..target.find("a.").unwrap()],
            &target[target.find("a.").unwrap()..]
        ),
        3 => format!("{target}/in?s=not-{value}#%76{}", &value[1..]),
        _ => format!("{target}/in?s=not-{value}"),
    }
}

proptest! {
    #[test]
    fn a_secret_is_told_exactly_where_its_value_is_sent_and_not_live(
        cases in proptest::collection::vec(any_case(), 1..4),
    ) {
        let fleet: Vec<(Wanted, Reading)> = cases.iter().map(|case| {
            let urls: Vec<String> = case.live.iter().map(live_url).collect();
            let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
            (wish(case), Reading::Seen(live(&urls)))
        }).collect();
        let told = |order: &[usize]| {
            let targets = fleet.iter().enumerate();
            let targets = targets.map(|(index, (wish, _))| target(&index.to_string(), wish));
            let targets: Vec<_> = targets.collect();
            let mut fold = Fold::of(&targets);
            for index in order {
                let (wish, reading) = &fleet[*index];
                fold.add(*index, &targets[*index], Some(reading), plan_instance(wish, reading));
            }
            let plan = fold.finish(&Policy::default(), &ManifestHosts::default(), &Fingerprints::new([7; 32]));
            let run = Fingerprints::new([0; 32]);
            let notices = PlanV1::of(&plan, &run, ExitCode::Success, Rows::All).notices.into_iter();
            let secrets = notices.filter(|notice| notice.kind == "secret_to_host");
            secrets.map(|notice| notice.message).collect::<Vec<_>>()
        };
        let all_live: BTreeSet<Place> =
            cases.iter().flat_map(|case| &case.live).filter(|(_, place)| *place < 4).map(|(place, _)| *place).collect();
        let mut sent: BTreeMap<Place, usize> = BTreeMap::new();
        for case in &cases {
            for place in case.wanted.iter().filter(|place| !all_live.contains(place)) {
                *sent.entry(*place).or_default() += 1;
            }
        }
        let mut expected: Vec<String> = sent.into_iter().map(|((target, value), instances)| {
            let (host, name) = (TARGETS[target].1, VALUES[value]);
            let many = if instances == 1 { "" } else { "s" };
            format!("secret `{name}` goes to {host}, where its value is not live yet, on {instances} instance{many}")
        }).collect();
        expected.sort();
        let order: Vec<usize> = (0..fleet.len()).collect();
        let back: Vec<usize> = order.iter().rev().copied().collect();
        prop_assert_eq!(&told(&order), &expected);
        prop_assert_eq!(&told(&back), &expected);
    }
}
