//! Which columns and rows the command line asks for.

use anyhow::Result;
use flowz_engine::output::Choice;

use crate::args::AnalyzeArgs;
use crate::usage::wrong;

/// What of the tables is wanted.
pub(crate) fn choice(args: &AnalyzeArgs) -> Result<Choice> {
    let fields: Vec<_> = args.output.fields.iter().map(|name| name.trim().to_owned()).collect();
    if fields.iter().any(String::is_empty) {
        return Err(wrong(
            "--fields: a name is empty; names stand between commas, without blanks: srcIP,dstIP",
        ));
    }
    let (condition, alarms) = (args.output.condition.clone(), args.output.alarms.clone());
    Ok(Choice { fields, condition, alarms })
}

/// The same in words, for reports and headers.
pub(super) fn in_words(args: &AnalyzeArgs) -> Vec<String> {
    let fields = args.output.fields.join(",");
    let fields = (!fields.is_empty()).then(|| format!("--fields {fields}"));
    // Headers are lines.
    let in_a_line = |text: &String| text.replace(['\r', '\n'], " ");
    let condition = args.output.condition.iter();
    let condition = condition.map(|text| format!("--where '{}'", in_a_line(text)));
    let alarms = args.output.alarms.iter();
    let alarms = alarms.map(|text| format!("--alarm '{}'", in_a_line(text)));
    fields.into_iter().chain(condition).chain(alarms).collect()
}
