//! What a process says, held against what the world and its log show.

use hookfleet::runlog::RunRecord;
use hookfleet::wire::Method;
use serde_json::Value;

use super::cut_off::Teller;

impl Teller {
    /// What a process says has to be true.
    pub(super) fn exited(
        &self,
        code: u8,
        report: Option<&Value>,
        said: &str,
        was_interrupted: bool,
        applies: bool,
    ) {
        self.count(&format!("exited with {code}"));
        let Some(report) = report.filter(|report| report["instances"].is_array()) else {
            // A signal can come before there is anything to report.
            self.ensure(code == 1 || (code == 130 && was_interrupted), || {
                format!("exit: {code} without a report: {said}")
            });
            self.count("no place for the log");
            return;
        };
        let instances = report["instances"].as_array().unwrap();
        let is = |instance: &Value, status: &str| instance["status"] == status;
        let any = |is_meant: &dyn Fn(&Value) -> bool| instances.iter().any(is_meant);
        let is_guard = |instance: &Value| instance["error"]["kind"] == "guard";
        let expected = if was_interrupted {
            130
        } else if any(&|one| {
            is(one, "failed")
                || (is(one, "applied") && one["verified"] != true)
                || (is(one, "blocked") && !is_guard(one))
        }) {
            1
        } else if any(&|one| is(one, "blocked")) {
            3
        } else if any(&|one| is(one, "stale")) {
            4
        } else {
            0
        };
        self.ensure(code == expected, || {
            format!("exit: {code}, and {expected} is true of {report}")
        });
        self.ensure(report["exit_code"] == code, || {
            format!("exit: the report says another than {code}")
        });
        for instance in instances {
            let id = instance["id"].as_str().unwrap_or_default();
            let kind = instance["error"]["kind"].as_str().unwrap_or("none");
            let status = instance["status"].as_str().unwrap_or_default();
            self.count(&format!("told {status}: {kind}"));
            let is_verified = instance["verified"] == true;
            self.ensure(!applies || !is_verified || self.is_as_wanted(id), || {
                format!("verified: {id} holds {:?}", self.held(id))
            });
        }
    }

    pub(super) fn posts(&self, number: usize) -> impl Iterator<Item = String> + use<> {
        let record = self.machine.network.record();
        let own = record
            .exchanges
            .iter()
            .filter(|exchange| exchange.phase.run == number && exchange.method == Method::Post);
        let ids: Vec<String> = own.map(|exchange| exchange.instance.clone()).collect();
        ids.into_iter()
    }

    /// What a log tells, where it got as far as to tell anything.
    pub(super) fn history(&self, run: &str) -> Option<RunRecord> {
        match RunRecord::read(&self.machine.disk.durable(run), None) {
            Ok(history) => Some(history),
            Err(error) => {
                self.count(&format!("a log that {error}"));
                None
            }
        }
    }

    /// The newest run that got as far as an approval.
    pub(super) fn newest(&self) -> Option<(String, RunRecord)> {
        let runs = self.machine.disk.runs();
        let mut newest = runs.into_iter().rev();
        newest.find_map(|run| self.history(&run).map(|history| (run, history)))
    }
}
