//! An apply of the hostile world and what comes after it, as a person sees it, whole.

use snapbox::{assert_data_eq, str};

use crate::hostile::check::run;
use crate::hostile::commands::recorded;
use crate::hostile::scene::stage_of;

#[test]
fn an_apply_and_what_comes_after_it_in_text() {
    let stage = stage_of(&["::error::\u{1b}[2J", "x ##vso[a]\r\u{202e}", "--- fold"]);
    let applied = run(&stage, &["apply", "--auto-approve", "--quiet"]);
    let first = &recorded(&stage)[0];
    let back = run(&stage, &["rollback", first, "--auto-approve", "--quiet"]);
    let runs = run(&stage, &["runs"]);
    assert_data_eq!(
        format!("{}\n{}\n{}", applied.told(), back.told(), runs.told()),
        str![[r#"
exit 0
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: live.example is removed from 3 instances, and occurs nowhere in the manifest
notice: /u{3a}:error::/u{1b}[2J (/u{3a}:error::/u{1b}[2J): https://a.example/hook is written back with fields unknown to hookfleet: ::error::/u{1b}[2J
notice: x /u{23}#vso[a]/u{d}/u{202e} (x /u{23}#vso[a]/u{d}/u{202e}): https://a.example/hook is written back with fields unknown to hookfleet: x /u{23}#vso[a]/u{d}/u{202e}
notice: /u{2d}-- fold (/u{2d}-- fold): https://a.example/hook is written back with fields unknown to hookfleet: --- fold

/u{3a}:error::/u{1b}[2J (/u{3a}:error::/u{1b}[2J)
  ~ https://a.example/hook
        events:
      -   /u{3a}:error::/u{1b}[2J
          message
      +   /u{3a}:error::/u{1b}[2J ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

x /u{23}#vso[a]/u{d}/u{202e} (x /u{23}#vso[a]/u{d}/u{202e})
  ~ https://a.example/hook
        events:
      -   x /u{23}#vso[a]/u{d}/u{202e}
          message
      +   x /u{23}#vso[a]/u{d}/u{202e} ack
  - https://live.example/in/***<FP>#***<FP>
  - ***<FP>

/u{2d}-- fold (/u{2d}-- fold)
  ~ https://a.example/hook
        events:
      -   /u{2d}-- fold
          message
      +   /u{2d}-- fold ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

skipped: suspended is suspended: /u{3a}:error::/u{1b}[2Jx /u{23}#vso[a]/u{d}/u{202e}--- fold

Plan: 0 to create, 3 to update, 6 to delete on 3 of 4 instances.

applied and verified: 3 instances
    /u{3a}:error::/u{1b}[2J (/u{3a}:error::/u{1b}[2J),
    x /u{23}#vso[a]/u{d}/u{202e} (x /u{23}#vso[a]/u{d}/u{202e}), /u{2d}-- fold (/u{2d}-- fold)
skipped: suspended: /u{3a}:error::/u{1b}[2Jx /u{23}#vso[a]/u{d}/u{202e}--- fold

Apply complete: 3 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 1 skipped.
--- stderr

exit 0
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: the manifest is not rolled back: while it says what run <RUN> wrote, the next plan shows those changes again
notice: ***<FP>, whose host is not clear, is new on 1 instance
notice: ***<FP>, whose host is not clear, is new on 1 instance
notice: ***<FP>, whose host is not clear, is new on 1 instance
notice: new host live.example: no live webhook of the selection goes there, and 3 instances would
notice: /u{3a}:error::/u{1b}[2J (/u{3a}:error::/u{1b}[2J): https://a.example/hook is written back with fields unknown to hookfleet: ::error::/u{1b}[2J
notice: x /u{23}#vso[a]/u{d}/u{202e} (x /u{23}#vso[a]/u{d}/u{202e}): https://a.example/hook is written back with fields unknown to hookfleet: x /u{23}#vso[a]/u{d}/u{202e}
notice: /u{2d}-- fold (/u{2d}-- fold): https://a.example/hook is written back with fields unknown to hookfleet: --- fold

/u{3a}:error::/u{1b}[2J (/u{3a}:error::/u{1b}[2J)
  ~ https://a.example/hook
        events:
          message
      -   /u{3a}:error::/u{1b}[2J ack
      +   /u{3a}:error::/u{1b}[2J
  + https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
      events: message
  + ***<FP>
      events: message

x /u{23}#vso[a]/u{d}/u{202e} (x /u{23}#vso[a]/u{d}/u{202e})
  ~ https://a.example/hook
        events:
          message
      -   x /u{23}#vso[a]/u{d}/u{202e} ack
      +   x /u{23}#vso[a]/u{d}/u{202e}
  + https://live.example/in/***<FP>#***<FP>
      events: message
  + ***<FP>
      events: message

/u{2d}-- fold (/u{2d}-- fold)
  ~ https://a.example/hook
        events:
          message
      -   /u{2d}-- fold ack
      +   /u{2d}-- fold
  + https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
      events: message
  + ***<FP>
      events: message

Plan: 6 to create, 3 to update, 0 to delete on 3 of 3 instances.

applied and verified: 3 instances
    /u{3a}:error::/u{1b}[2J (/u{3a}:error::/u{1b}[2J),
    x /u{23}#vso[a]/u{d}/u{202e} (x /u{23}#vso[a]/u{d}/u{202e}), /u{2d}-- fold (/u{2d}-- fold)

Apply complete: 3 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

exit 0
--- stdout
RUN                       KIND      STATE     DONE  EXIT  NOTE
<RUN>  apply     finished  3/3   0     127.0.0.1:<PORT>, rolled back by <RUN>
<RUN>  rollback  finished  3/3   0     127.0.0.1:<PORT>, of <RUN>
--- stderr

"#]]
    );
}
