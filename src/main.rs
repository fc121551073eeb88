//! Parse arguments, call the library, write and print, exit status. The only printing in the crate.

mod hidden;
mod progress;

use clap::Parser;
use hidden::Hidden;
use netmortem::batch::{self, Plan};
use netmortem::cli::{
    BatchArgs, ChangepointsArgs, Cli, DiffArgs, DiffForm, EffectsArgs, ExplainArgs, ExportArgs, Form, Format,
    InputArgs, IntoArgs, RenderArgs, ReportArgs, ReportForm, ScanArgs, Verb,
};
use netmortem::error::Error;
use netmortem::model::index::{Row, Status};
use netmortem::model::report::{Report, Severity};
use netmortem::timeline::regular::{Grid, Pick};
use netmortem::timeline::{frame, parquet, wide};
use netmortem::{Evidence, assemble, render, report, source, two, write};
use progress::Progress;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let verb = Cli::parse().verb;
    let outcome = match &verb {
        Verb::Report(args) => make_report(args),
        Verb::Batch(args) => batch(args),
        Verb::Diff(args) => diff(args),
        Verb::Effects(args) => effects(args),
        Verb::Changepoints(args) => changepoints(args),
        Verb::Scan(args) => scan(args),
        Verb::Export(args) => export(args),
        Verb::Render(args) => render_again(args),
        Verb::Explain(args) => explain(args),
        Verb::Schema(args) => {
            print(&render::schema::schema(args.document.into())).map(|()| ExitCode::SUCCESS)
        }
        Verb::Collector => print(netmortem::COLLECTOR).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        let hide = verb.redact().is_some_and(|args| args.redact);
        complain(&if hide { hidden::error(&error) } else { error.to_string() });
        ExitCode::from(2)
    })
}

fn make_report(args: &ReportArgs) -> Result<ExitCode, Error> {
    args.into.check()?;
    hidden::check(&args.redact, args.into.written())?;
    let mut evidence = read(&args.input)?;
    evidence.inputs = batch::inputs(&args.input.inputs);
    let report = report(&evidence);
    let names = Hidden::new(&args.redact, slice::from_ref(&evidence), |seen| seen.report(&report));
    let report = names.report(report)?;
    refused(&evidence, &names);
    names.keep(&args.redact)?;
    if args.into.format.is_none() {
        print(&format!("{}\n", render::text(&report, colour(), width(PROSE))))?;
    }
    deliver(&report, &args.into, args.redact.redact)?;
    if let Some(code) = strictly(&args.input, &evidence, &names) {
        return Ok(code);
    }
    let limit = args.fail_on.map(Severity::from);
    let reached = limit.is_some_and(|limit| report.findings.iter().any(|f| f.severity >= limit));
    Ok(ExitCode::from(u8::from(reached)))
}

fn batch(args: &BatchArgs) -> Result<ExitCode, Error> {
    hidden::check(&args.redact, Some(&args.output))?;
    let terminal = io::stderr().is_terminal();
    let progress = Progress::new(terminal.then(|| width(PROSE)));
    let tell = |step: &batch::Step<'_>| {
        let _ = io::stderr().write_all(progress.text(step).as_bytes()); // nobody to tell
    };
    let plan = Plan {
        paths: &args.input.inputs,
        out: &args.output,
        options: args.input.options()?,
        budget: args.input.budget(),
        jobs: args.threads(),
        resume: args.resume,
        fail_fast: args.fail_fast,
        redact: args.redact.redact,
    };
    let outcome = batch::run(&plan, &tell)?;
    hidden::keep(outcome.names.as_ref(), &args.redact)?;
    print(&render::batch(&outcome.index, outcome.resumed))?;
    print(&format!("\nWritten to {}/: index.html, index.json, hosts/, data/\n", args.output.display()))?;
    let bundles = &outcome.index.bundles;
    let strictly = |row: &Row| args.input.strict && (row.found.rejected > 0 || row.status == Status::Partial);
    if bundles.iter().any(|row| row.status == Status::Failed || strictly(row)) {
        return Ok(ExitCode::from(2));
    }
    let limit = args.fail_on.map(Severity::from);
    let reached = limit.is_some_and(|limit| bundles.iter().any(|row| row.found.severity >= Some(limit)));
    Ok(ExitCode::from(u8::from(reached)))
}

fn diff(args: &DiffArgs) -> Result<ExitCode, Error> {
    hidden::check(&args.redact, args.output.as_deref())?;
    let input = &args.input;
    let evidence: Vec<Evidence> = match input.inputs.as_slice() {
        [_] => vec![read(input)?],
        both @ [_, _] => {
            let side = |(path, name)| {
                read_of(input, slice::from_ref(path))
                    .map_err(|why| Error::NothingKnown(format!("side {name}: {why}")))
            };
            both.iter().zip(["A", "B"]).map(side).collect::<Result<_, _>>()?
        }
        more => {
            let why = format!("diff compares two INPUTs, or two hosts of one, and was given {}", more.len());
            return Err(Error::Argument(why));
        }
    };
    let diff = two::diff(&input.inputs, &evidence, args.hosts.as_ref(), args.same_host);
    let names = Hidden::new(&args.redact, &evidence, |seen| {
        for side in &evidence {
            seen.coverage(&netmortem::coverage(side));
        }
        if let Ok(diff) = &diff {
            seen.part(diff);
        }
    });
    // why there is none may name the hosts that could be meant
    let diff = diff.map_err(|why| Error::Argument(names.text(why.to_string())))?;
    let diff = names.part(diff)?;
    for side in &evidence {
        refused(side, &names);
    }
    names.keep(&args.redact)?;
    let json = args.json || args.format == DiffForm::Json;
    print(&if json { render::value(&diff) } else { render::diff::text(&diff, colour(), width(PROSE)) })?;
    if let Some(out) = &args.output {
        write::diff(&diff, out)?;
        if !json {
            print(&format!("\nWritten to {}/: diff.html, diff.md, diff.json\n", out.display()))?;
        }
    }
    Ok(evidence.iter().find_map(|evidence| strictly(input, evidence, &names)).unwrap_or(ExitCode::SUCCESS))
}

fn effects(args: &EffectsArgs) -> Result<ExitCode, Error> {
    hidden::check(&args.redact, None)?;
    let evidence = read(&args.input)?;
    let report = report(&evidence);
    let names = Hidden::new(&args.redact, slice::from_ref(&evidence), |seen| seen.report(&report));
    let report = names.report(report)?;
    refused(&evidence, &names);
    names.keep(&args.redact)?;
    let form = if args.json { Form::Json } else { args.format };
    print(&match form {
        Form::Text => render::effects::text(&report, colour(), width(PROSE)),
        Form::Json => render::effects::json(&report),
        Form::Csv => render::effects::csv(&report),
    })?;
    Ok(strictly(&args.input, &evidence, &names).unwrap_or(ExitCode::SUCCESS))
}

fn changepoints(args: &ChangepointsArgs) -> Result<ExitCode, Error> {
    let path = if args.series == Path::new("-") { Path::new("/dev/stdin") } else { &args.series };
    let found = netmortem::change_points(&source::text(path)?, args.alpha)
        .map_err(|why| Error::Argument(format!("{}: {why}", args.series.display())))?;
    print(&if args.json { render::value(&found) } else { render::points::text(&found) })?;
    Ok(ExitCode::SUCCESS)
}

fn scan(args: &ScanArgs) -> Result<ExitCode, Error> {
    hidden::check(&args.redact, None)?;
    let evidence = read(&args.input)?;
    let coverage = netmortem::coverage(&evidence);
    let names = Hidden::new(&args.redact, slice::from_ref(&evidence), |seen| seen.coverage(&coverage));
    let coverage = names.part(coverage)?;
    refused(&evidence, &names);
    names.keep(&args.redact)?;
    print(&render::scan(&coverage))?;
    Ok(strictly(&args.input, &evidence, &names).unwrap_or(ExitCode::SUCCESS))
}

fn export(args: &ExportArgs) -> Result<ExitCode, Error> {
    if matches!(args.format, Format::Parquet | Format::Rezolus) && args.output.is_none() {
        return Err(Error::Argument("a Parquet file is not text: it needs -o FILE".to_owned()));
    }
    hidden::check(&args.redact, args.output.as_deref())?;
    let mut evidence = read(&args.input)?;
    let coverage = netmortem::coverage(&evidence);
    let names = Hidden::new(&args.redact, slice::from_ref(&evidence), |seen| {
        seen.coverage(&coverage);
        seen.samples(&evidence.timeline);
    });
    names.redaction().into_iter().for_each(|names| names.timeline(&mut evidence.timeline));
    refused(&evidence, &names);
    names.keep(&args.redact)?;
    let of = args.of.clone().map(|of| names.text(of)); // as the table now calls it
    let pick = Pick { metrics: &args.metric, of: of.as_deref() };
    let timeline = &evidence.timeline;
    let series = match args.format {
        Format::Series => wide::one(timeline, &pick, args.bin).map_err(Error::Argument)?,
        _ => Vec::new(),
    };
    let grid = match args.format {
        Format::Wide | Format::Rezolus => Grid::over(timeline, &pick, args.bin).map_err(Error::Argument)?,
        _ => None,
    };
    let shown = args.output.as_deref().map_or("standard output".to_owned(), |p| p.display().to_string());
    let table = |sink: &mut (dyn Write + Send)| match args.format {
        Format::Csv => frame::csv(timeline, &pick, sink),
        Format::Json => frame::json(timeline, &pick, sink),
        Format::Parquet => parquet::parquet(timeline, &pick, sink),
        Format::Series => wide::csv(&series, sink),
        Format::Wide => wide::table(timeline, &pick, grid, sink),
        Format::Rezolus => parquet::rezolus(timeline, &pick, grid, sink),
    };
    let written = match &args.output {
        Some(path) => write::whole(path, table),
        None => write::buffered(io::stdout(), table),
    };
    match written {
        Err(e) if !gone(&e) => Err(Error::Output { path: shown, why: e.to_string() }),
        _ => Ok(strictly(&args.input, &evidence, &names).unwrap_or(ExitCode::SUCCESS)),
    }
}

fn render_again(args: &RenderArgs) -> Result<ExitCode, Error> {
    args.into.check()?;
    hidden::check(&args.redact, args.into.written())?;
    let text = source::text(&args.report)?;
    let report = render::parse_json(&text)
        .map_err(|why| Error::NotAReport { path: args.report.display().to_string(), why })?;
    let names = Hidden::new(&args.redact, &[], |seen| seen.report(&report));
    let report = names.report(report)?;
    names.keep(&args.redact)?;
    deliver(&report, &args.into, args.redact.redact)?;
    Ok(ExitCode::SUCCESS)
}

/// All forms of a report to a folder, or the one that was asked for to where it was asked for.
fn deliver(report: &Report, into: &IntoArgs, redacted: bool) -> Result<(), Error> {
    let Some(form) = into.format else {
        if redacted {
            write::no_leftovers(report, into.folder())?;
        }
        write::report(report, into.folder())?;
        if into.png {
            write::pictures(report, into.folder())?;
        }
        let folder = into.folder().display();
        return print(&format!("Written to {folder}/: report.html, summary.md, report.json, charts/\n"));
    };
    let terminal = into.file().is_none() && colour();
    let text = match form {
        ReportForm::Text => render::console(report, terminal, width(TERMINAL)),
        ReportForm::Md => render::markdown(report),
        ReportForm::Html => render::html(report),
        ReportForm::Json => render::json(report),
        ReportForm::Grafana => render::annotations(report),
    };
    match into.file() {
        Some(path) => write::text(path, &text),
        None => print(&text),
    }
}

fn explain(args: &ExplainArgs) -> Result<ExitCode, Error> {
    if args.list {
        let found = assemble::list(&args.names);
        print(&if args.json { render::value(&found) } else { render::list(&found) })?;
        return Ok(ExitCode::SUCCESS);
    }
    let assemble::Explained { pages, unknown } = assemble::explain(&args.names);
    print(&if args.json { render::value(&pages) } else { render::explain(&pages, colour(), width(PROSE)) })?;
    for why in &unknown {
        complain(why);
    }
    Ok(if unknown.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn read(args: &InputArgs) -> Result<Evidence, Error> {
    read_of(args, &args.inputs)
}

fn read_of(args: &InputArgs, inputs: &[PathBuf]) -> Result<Evidence, Error> {
    let begun = Instant::now();
    let show = io::stderr().is_terminal();
    // Work that is over before a reader looks needs no progress line.
    let shown = AtomicU64::new(0);
    let progress = |done: u64, all: u64| {
        let percent = done.saturating_mul(100) / all.max(1);
        let late = || begun.elapsed() > Duration::from_secs(1);
        if show && shown.fetch_max(percent, Ordering::Relaxed) < percent && late() {
            let _ = write!(io::stderr(), "\rread {percent} % of {} MiB", all >> 20); // nobody to tell
        }
    };
    let evidence = netmortem::read(inputs, args.options()?, args.budget(), &progress)?;
    if show && begun.elapsed() > Duration::from_secs(1) {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
    Ok(evidence)
}

/// Says which INPUTs could not be read at all.
fn refused(evidence: &Evidence, names: &Hidden) {
    evidence.refused.iter().for_each(|refused| complain(&names.text(refused.to_string())));
}

/// Text from the data may hold escape sequences; standard error may be closed, and then nobody is told.
fn complain(text: &str) {
    let text: String =
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    let _ = writeln!(io::stderr(), "netmortem: {text}");
}

/// Exit status 2 for `--strict` and a rejected line, or an INPUT that could not be read.
fn strictly(args: &InputArgs, evidence: &Evidence, names: &Hidden) -> Option<ExitCode> {
    if args.strict && !evidence.refused.is_empty() {
        return Some(ExitCode::from(2)); // each was named when it was refused
    }
    let rejected = evidence.timeline.artifacts.iter().find(|a| args.strict && a.rejects.count > 0)?;
    let line = rejected.rejects.kept.first().map(|r| format!(":{}: {}", r.line, r.why)).unwrap_or_default();
    complain(&names.text(format!("--strict: {}{line}", rejected.path)));
    Some(ExitCode::from(2))
}

/// Whether the reader of standard output has left, as `head` does. csv wraps the error of its sink.
fn gone(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<csv::Error>()).map(csv::Error::kind);
    let of_sink = matches!(inner, Some(csv::ErrorKind::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe);
    of_sink || error.kind() == io::ErrorKind::BrokenPipe
}

fn print(text: &str) -> Result<(), Error> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(e) if !gone(&e) => Err(Error::Output { path: "standard output".to_owned(), why: e.to_string() }),
        _ => Ok(()),
    }
}

fn colour() -> bool {
    io::stdout().is_terminal()
        && env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        && env::var_os("TERM").is_none_or(|t| t != "dumb")
}

/// Columns of prose, and of a drawing, where nothing tells how wide the reader's window is.
const PROSE: usize = 100;
const TERMINAL: usize = 80;

/// What `COLUMNS` says, else the terminal, else `otherwise`.
fn width(otherwise: usize) -> usize {
    let told = env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let seen = || terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| usize::from(columns.0));
    told.or_else(seen).map_or(otherwise, |columns| columns.clamp(40, 200))
}
