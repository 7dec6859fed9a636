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
    Ok(Choice { fields, condition: args.output.condition.clone() })
}

/// The same in words, for reports and headers.
pub(super) fn in_words(args: &AnalyzeArgs) -> Vec<String> {
    let fields = args.output.fields.join(",");
    let fields = (!fields.is_empty()).then(|| format!("--fields {fields}"));
    let condition = args.output.condition.as_ref();
    // Headers are lines.
    let condition = condition.map(|text| format!("--where '{}'", text.replace(['\r', '\n'], " ")));
    fields.into_iter().chain(condition).collect()
}
