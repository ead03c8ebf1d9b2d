//! Which requests faults meet, and how they combine.

use super::*;

fn befallen(fault: &str, verb: Verb, requests: &[Verb]) -> Vec<u64> {
    let fault = Fault::from_yaml(fault).unwrap();
    let mut counts = RequestCounts::default();
    let mut met = Vec::new();
    for request in requests {
        counts.add(*request);
        if *request == verb && fault.applies_to(verb, counts) {
            met.push(counts.gets + counts.posts);
        }
    }
    met
}

#[test]
fn a_selector_counts_only_its_own_method() {
    let requests = [Verb::Get, Verb::Post, Verb::Get, Verb::Post];
    assert_eq!(befallen("{on: get, nth: 2}", Verb::Get, &requests), [3]);
    assert_eq!(befallen("{on: get, nth: 2}", Verb::Post, &requests), [0; 0]);
    assert_eq!(befallen("{on: post, nth: 1}", Verb::Post, &requests), [2]);
    assert_eq!(befallen("{nth: 4}", Verb::Post, &requests), [4]);
}

#[test]
fn nth_is_one_or_a_list_or_a_range_or_every() {
    let requests = [Verb::Get; 6];
    assert_eq!(befallen("{nth: 3}", Verb::Get, &requests), [3]);
    assert_eq!(befallen("{nth: [5, 1]}", Verb::Get, &requests), [1, 5]);
    assert_eq!(befallen("{nth: {from: 5}}", Verb::Get, &requests), [5, 6]);
    assert_eq!(
        befallen("{nth: {from: 2, to: 4}}", Verb::Get, &requests),
        [2, 3, 4]
    );
    assert_eq!(befallen("{}", Verb::Get, &requests), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn of_several_faults_the_first_giving_a_field_wins() {
    let faults = [
        "{delay_ms: 1}",
        "{delay_ms: 2, drop: true}",
        "{cut: 4, delay_ms: 3, ignore_write: true, on: post}",
    ]
    .map(|text| Fault::from_yaml(text).unwrap());
    let met = |verb| Fault::merged(&faults, verb, RequestCounts { gets: 1, posts: 1 });
    let both = Fault {
        delay_ms: Some(1),
        drop: true,
        ..Fault::default()
    };
    assert_eq!(met(Verb::Get), both);
    assert_eq!(
        met(Verb::Post),
        Fault {
            ignore_write: true,
            cut: Some(4),
            ..both
        }
    );
}
