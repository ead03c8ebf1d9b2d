//! The plan of the hostile world as a person sees it, whole: one hostile thing in each instance.

use snapbox::{assert_data_eq, str};

use crate::hostile::check::run;
use crate::hostile::scene::stage_of;
use crate::hostile::texts::TEXTS;

/// The plan of some of the texts, without the warnings of the manifest.
fn plan(texts: &[&str]) -> String {
    run(&stage_of(texts), &["plan", "--quiet"]).told()
}

#[test]
fn plan_of_terminal_escape_texts() {
    assert_data_eq!(
        plan(&TEXTS[..7]),
        str![[r#"
exit 0
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: live.example is removed from 7 instances, and occurs nowhere in the manifest
notice: /u{1b}[2Jclear (/u{1b}[2Jclear): https://a.example/hook is written back with fields unknown to hookfleet: /u{1b}[2Jclear
notice: /u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/ (/u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/): https://a.example/hook is written back with fields unknown to hookfleet: /u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/
notice: /u{1b}]52;c;ZXZpbA==/u{7}clipboard (/u{1b}]52;c;ZXZpbA==/u{7}clipboard): https://a.example/hook is written back with fields unknown to hookfleet: /u{1b}]52;c;ZXZpbA==/u{7}clipboard
notice: /u{9b}2Jc1 /u{85}/u{90} (/u{9b}2Jc1 /u{85}/u{90}): https://a.example/hook is written back with fields unknown to hookfleet: /u{9b}2Jc1 /u{85}/u{90}
notice: backspace/u{8}/u{8}/u{8}/u{7f} (backspace/u{8}/u{8}/u{8}/u{7f}): https://a.example/hook is written back with fields unknown to hookfleet: backspace/u{8}/u{8}/u{8}/u{7f}
notice: failed/u{d}verified (failed/u{d}verified): https://a.example/hook is written back with fields unknown to hookfleet: failed/u{d}verified
notice: nul/u{0}nul/u{9}/u{b}/u{c} (nul/u{0}nul): https://a.example/hook is written back with fields unknown to hookfleet: nul/u{0}nul/u{9}/u{b}/u{c}

/u{1b}[2Jclear (/u{1b}[2Jclear)
  ~ https://a.example/hook
        events:
      -   /u{1b}[2Jclear
          message
      +   /u{1b}[2Jclear ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/ (/u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/)
  ~ https://a.example/hook
        events:
      -   /u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/
          message
      +   /u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}/ ack
  - https://live.example/in/***<FP>//***<FP>/***<FP>/?key=***<FP>;;***<FP>;;***<FP>&***<FP>;;***<FP>;;***<FP>;;***<FP>;;***<FP>#***<FP>
  - ***<FP>

/u{1b}]52;c;ZXZpbA==/u{7}clipboard (/u{1b}]52;c;ZXZpbA==/u{7}clipboard)
  ~ https://a.example/hook
        events:
      -   /u{1b}]52;c;ZXZpbA==/u{7}clipboard
          message
      +   /u{1b}]52;c;ZXZpbA==/u{7}clipboard ack
  - https://live.example/in/***<FP>?key=***<FP>;***<FP>;***<FP>&***<FP>;***<FP>;***<FP>;***<FP>;***<FP>#***<FP>
  - ***<FP>

/u{9b}2Jc1 /u{85}/u{90} (/u{9b}2Jc1 /u{85}/u{90})
  ~ https://a.example/hook
        events:
      -   /u{9b}2Jc1 /u{85}/u{90}
          message
      +   /u{9b}2Jc1 /u{85}/u{90} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

backspace/u{8}/u{8}/u{8}/u{7f} (backspace/u{8}/u{8}/u{8}/u{7f})
  ~ https://a.example/hook
        events:
      -   backspace/u{8}/u{8}/u{8}/u{7f}
          message
      +   backspace/u{8}/u{8}/u{8}/u{7f} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

failed/u{d}verified (failed/u{d}verified)
  ~ https://a.example/hook
        events:
      -   failed/u{d}verified
          message
      +   failed/u{d}verified ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

nul/u{0}nul/u{9}/u{b}/u{c} (nul/u{0}nul)
  ~ https://a.example/hook
        events:
      -   nul/u{0}nul/u{9}/u{b}/u{c}
          message
      +   nul/u{0}nul/u{9}/u{b}/u{c} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

skipped: suspended is suspended: /u{1b}[2Jclear/u{1b}]8;;https://evil.example/u{1b}/link/u{1b}]8;;/u{1b}//u{1b}]52;c;ZXZpbA==/u{7}clipboard/u{9b}2Jc1 /u{85}/u{90}backspace/u{8}/u{8}/u{8}/u{7f}failed/u{d}verifiednul/u{0}nul/u{9}/u{b}/u{c}

Plan: 0 to create, 7 to update, 14 to delete on 7 of 8 instances.
--- stderr

"#]]
    );
}

#[test]
fn plan_of_ci_command_texts() {
    assert_data_eq!(
        plan(&TEXTS[7..18]),
        str![[r#"
exit 0
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: live.example is removed from 11 instances, and occurs nowhere in the manifest
notice: /u{a}/u{3a}:error file=x::line (/u{3a}:error file=x::line): https://a.example/hook is written back with fields unknown to hookfleet: /u{a}::error file=x::line
notice: /u{3a}:add-mask::mask (/u{3a}:add-mask::mask): https://a.example/hook is written back with fields unknown to hookfleet: ::add-mask::mask
notice:   /u{3a}:set-output name=a::b (/u{3a}:set-output name=a::b): https://a.example/hook is written back with fields unknown to hookfleet:   ::set-output name=a::b
notice: /u{23}#[command]rm (/u{23}#[command]rm): https://a.example/hook is written back with fields unknown to hookfleet: /u{23}#[command]rm
notice: x /u{23}#vso[task.setvariable variable=a]b (x /u{23}#vso[task.setvariable variable=a]b): https://a.example/hook is written back with fields unknown to hookfleet: x /u{23}#vso[task.setvariable variable=a]b
notice: /u{23}#teamcity[buildStop comment='x'] (/u{23}#teamcity[buildStop comment='x']): https://a.example/hook is written back with fields unknown to hookfleet: /u{23}#teamcity[buildStop comment='x']
notice: section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection (section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection): https://a.example/hook is written back with fields unknown to hookfleet: section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection
notice: /u{2d}-- fold (/u{2d}-- fold): https://a.example/hook is written back with fields unknown to hookfleet: --- fold
notice: /u{2b}++ open (/u{2b}++ open): https://a.example/hook is written back with fields unknown to hookfleet: +++ open
notice: /u{7e}~~ dim (/u{7e}~~ dim): https://a.example/hook is written back with fields unknown to hookfleet: ~~~ dim
notice: /u{5e}^^ +++ (/u{5e}^^ +++): https://a.example/hook is written back with fields unknown to hookfleet: ^^^ +++

/u{a}/u{3a}:error file=x::line (/u{3a}:error file=x::line)
  ~ https://a.example/hook
        events:
      -   /u{a}/u{3a}:error file=x::line
          message
      +   /u{a}/u{3a}:error file=x::line ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{3a}:add-mask::mask (/u{3a}:add-mask::mask)
  ~ https://a.example/hook
        events:
      -   /u{3a}:add-mask::mask
          message
      +   /u{3a}:add-mask::mask ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

  /u{3a}:set-output name=a::b (/u{3a}:set-output name=a::b)
  ~ https://a.example/hook
        events:
      -     /u{3a}:set-output name=a::b
          message
      +     /u{3a}:set-output name=a::b ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{23}#[command]rm (/u{23}#[command]rm)
  ~ https://a.example/hook
        events:
      -   /u{23}#[command]rm
          message
      +   /u{23}#[command]rm ack
  - https://live.example/in/#***<FP>
  - ***<FP>

x /u{23}#vso[task.setvariable variable=a]b (x /u{23}#vso[task.setvariable variable=a]b)
  ~ https://a.example/hook
        events:
      -   x /u{23}#vso[task.setvariable variable=a]b
          message
      +   x /u{23}#vso[task.setvariable variable=a]b ack
  - https://live.example/in/***<FP>#***<FP>
  - ***<FP>

/u{23}#teamcity[buildStop comment='x'] (/u{23}#teamcity[buildStop comment='x'])
  ~ https://a.example/hook
        events:
      -   /u{23}#teamcity[buildStop comment='x']
          message
      +   /u{23}#teamcity[buildStop comment='x'] ack
  - https://live.example/in/#***<FP>
  - ***<FP>

section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection (section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection)
  ~ https://a.example/hook
        events:
      -   section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection
          message
      +   section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{2d}-- fold (/u{2d}-- fold)
  ~ https://a.example/hook
        events:
      -   /u{2d}-- fold
          message
      +   /u{2d}-- fold ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{2b}++ open (/u{2b}++ open)
  ~ https://a.example/hook
        events:
      -   /u{2b}++ open
          message
      +   /u{2b}++ open ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{7e}~~ dim (/u{7e}~~ dim)
  ~ https://a.example/hook
        events:
      -   /u{7e}~~ dim
          message
      +   /u{7e}~~ dim ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

/u{5e}^^ +++ (/u{5e}^^ +++)
  ~ https://a.example/hook
        events:
      -   /u{5e}^^ +++
          message
      +   /u{5e}^^ +++ ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

skipped: suspended is suspended: /u{a}/u{3a}:error file=x::line::add-mask::mask  ::set-output name=a::b/u{23}#[command]rmx /u{23}#vso[task.setvariable variable=a]b/u{23}#teamcity[buildStop comment='x']section_start:1:x[collapsed=true]/u{d}/u{1b}[0Ksection--- fold+++ open~~~ dim^^^ +++

Plan: 0 to create, 11 to update, 22 to delete on 11 of 12 instances.
--- stderr

"#]]
    );
}

#[test]
fn plan_of_invisible_and_bidi_texts() {
    assert_data_eq!(
        plan(&TEXTS[18..22]),
        str![[r#"
exit 0
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: live.example is removed from 4 instances, and occurs nowhere in the manifest
notice: /u{202e}desrever/u{2066}isolated/u{2069}/u{61c} (/u{202e}desrever/u{2066}isolated/u{2069}/u{61c}): https://a.example/hook is written back with fields unknown to hookfleet: /u{202e}desrever/u{2066}isolated/u{2069}/u{61c}
notice: a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f} (a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f}): https://a.example/hook is written back with fields unknown to hookfleet: a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f}
notice: tags/u{e0041}/u{e007f}/u{e0100} (tags/u{e0041}/u{e007f}/u{e0100}): https://a.example/hook is written back with fields unknown to hookfleet: tags/u{e0041}/u{e007f}/u{e0100}
notice: line/u{2028}paragraph/u{2029} (line/u{2028}paragraph): https://a.example/hook is written back with fields unknown to hookfleet: line/u{2028}paragraph/u{2029}

/u{202e}desrever/u{2066}isolated/u{2069}/u{61c} (/u{202e}desrever/u{2066}isolated/u{2069}/u{61c})
  ~ https://a.example/hook
        events:
      -   /u{202e}desrever/u{2066}isolated/u{2069}/u{61c}
          message
      +   /u{202e}desrever/u{2066}isolated/u{2069}/u{61c} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f} (a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f})
  ~ https://a.example/hook
        events:
      -   a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f}
          message
      +   a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

tags/u{e0041}/u{e007f}/u{e0100} (tags/u{e0041}/u{e007f}/u{e0100})
  ~ https://a.example/hook
        events:
      -   tags/u{e0041}/u{e007f}/u{e0100}
          message
      +   tags/u{e0041}/u{e007f}/u{e0100} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

line/u{2028}paragraph/u{2029} (line/u{2028}paragraph)
  ~ https://a.example/hook
        events:
      -   line/u{2028}paragraph/u{2029}
          message
      +   line/u{2028}paragraph/u{2029} ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

skipped: suspended is suspended: /u{202e}desrever/u{2066}isolated/u{2069}/u{61c}a/u{200b}b/u{feff}c/u{2060}d/u{ad}e/u{3164}f/u{fe0f}tags/u{e0041}/u{e007f}/u{e0100}line/u{2028}paragraph/u{2029}

Plan: 0 to create, 4 to update, 8 to delete on 4 of 5 instances.
--- stderr

"#]]
    );
}

#[test]
fn plan_of_markup_texts() {
    assert_data_eq!(
        plan(&TEXTS[22..]),
        str![[r#"
exit 0
--- stdout
notice: the manifest's `safety` lifts guards by `max_removed_percent: 100` (the default is 30)
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: ***<FP>, whose host is not clear, is removed from 1 instance
notice: live.example is removed from 9 instances, and occurs nowhere in the manifest
notice: | a | b | (| a | b |): https://a.example/hook is written back with fields unknown to hookfleet: | a | b |
notice: ````sh (````sh): https://a.example/hook is written back with fields unknown to hookfleet: ````sh
notice: <details><summary>x</summary> (<details><summary>x</summary>): https://a.example/hook is written back with fields unknown to hookfleet: <details><summary>x</summary>
notice: [x](javascript:alert(1)) ([x](javascript:alert(1))): https://a.example/hook is written back with fields unknown to hookfleet: [x](javascript:alert(1))
notice: @everyone <!-- x --> (@everyone <!-- x -->): https://a.example/hook is written back with fields unknown to hookfleet: @everyone <!-- x -->
notice: <script>alert(1)</script> (<script>alert(1)</script>): https://a.example/hook is written back with fields unknown to hookfleet: <script>alert(1)</script>
notice: &lt;b&gt; &#27;[2J (&lt;b&gt; &#27;[2J): https://a.example/hook is written back with fields unknown to hookfleet: &lt;b&gt; &#27;[2J
notice: $(id) `id` %0A::error:: ($(id) `id` %0A::error::): https://a.example/hook is written back with fields unknown to hookfleet: $(id) `id` %0A::error::
notice: '; DROP "x" /e[2J ('; DROP "x" /e[2J): https://a.example/hook is written back with fields unknown to hookfleet: '; DROP "x" /e[2J

| a | b | (| a | b |)
  ~ https://a.example/hook
        events:
      -   | a | b |
          message
      +   | a | b | ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

````sh (````sh)
  ~ https://a.example/hook
        events:
      -   ````sh
          message
      +   ````sh ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

<details><summary>x</summary> (<details><summary>x</summary>)
  ~ https://a.example/hook
        events:
      -   <details><summary>x</summary>
          message
      +   <details><summary>x</summary> ack
  - https://live.example/in/***<FP>/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

[x](javascript:alert(1)) ([x](javascript:alert(1)))
  ~ https://a.example/hook
        events:
      -   [x](javascript:alert(1))
          message
      +   [x](javascript:alert(1)) ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

@everyone <!-- x --> (@everyone <!-- x -->)
  ~ https://a.example/hook
        events:
      -   @everyone <!-- x -->
          message
      +   @everyone <!-- x --> ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

<script>alert(1)</script> (<script>alert(1)</script>)
  ~ https://a.example/hook
        events:
      -   <script>alert(1)</script>
          message
      +   <script>alert(1)</script> ack
  - https://live.example/in/***<FP>/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

&lt;b&gt; &#27;[2J (&lt;b&gt; &#27;[2J)
  ~ https://a.example/hook
        events:
      -   &lt;b&gt; &#27;[2J
          message
      +   &lt;b&gt; &#27;[2J ack
  - https://live.example/in/***<FP>#***<FP>
  - ***<FP>

$(id) `id` %0A::error:: ($(id) `id` %0A::error::)
  ~ https://a.example/hook
        events:
      -   $(id) `id` %0A::error::
          message
      +   $(id) `id` %0A::error:: ack
  - https://live.example/in/***<FP>?key=***<FP>&***<FP>#***<FP>
  - ***<FP>

'; DROP "x" /e[2J ('; DROP "x" /e[2J)
  ~ https://a.example/hook
        events:
      -   '; DROP "x" /e[2J
          message
      +   '; DROP "x" /e[2J ack
  - https://live.example/in/***<FP>/***<FP>?key=***<FP>;***<FP>&***<FP>;***<FP>;***<FP>#***<FP>
  - ***<FP>

skipped: suspended is suspended: | a | b |````sh<details><summary>x</summary>[x](javascript:alert(1))@everyone <!-- x --><script>alert(1)</script>&lt;b&gt; &#27;[2J$(id) `id` %0A::error::'; DROP "x" /e[2J

Plan: 0 to create, 9 to update, 18 to delete on 9 of 10 instances.
--- stderr

"#]]
    );
}
