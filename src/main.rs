//! Parse arguments, call the library, write and print, exit status. The only printing in the crate.

mod progress;

use clap::Parser;
use netmortem::batch::{self, Plan};
use netmortem::cli::{
    BatchArgs, ChangepointsArgs, Cli, DiffArgs, DiffForm, EffectsArgs, ExplainArgs, ExportArgs, Form, Format,
    InputArgs, RenderArgs, ReportArgs, ScanArgs, Verb,
};
use netmortem::error::Error;
use netmortem::model::index::{Row, Status};
use netmortem::model::report::Severity;
use netmortem::timeline::{frame, parquet};
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
    let outcome = match Cli::parse().verb {
        Verb::Report(args) => make_report(&args),
        Verb::Batch(args) => batch(&args),
        Verb::Diff(args) => diff(&args),
        Verb::Effects(args) => effects(&args),
        Verb::Changepoints(args) => changepoints(&args),
        Verb::Scan(args) => scan(&args),
        Verb::Export(args) => export(&args),
        Verb::Render(args) => render_again(&args),
        Verb::Explain(args) => explain(&args),
        Verb::Collector => print(netmortem::COLLECTOR).map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        complain(&error.to_string());
        ExitCode::from(2)
    })
}

fn make_report(args: &ReportArgs) -> Result<ExitCode, Error> {
    let evidence = read(&args.input)?;
    let report = report(&evidence);
    write::report(&report, &args.output)?;
    let mut text = render::text(&report, colour(), width());
    text +=
        &format!("\nWritten to {0}/: report.html, summary.md, report.json, charts/\n", args.output.display());
    print(&text)?;
    if let Some(code) = strictly(&args.input, &evidence) {
        return Ok(code);
    }
    let limit = args.fail_on.map(Severity::from);
    let reached = limit.is_some_and(|limit| report.findings.iter().any(|f| f.severity >= limit));
    Ok(ExitCode::from(u8::from(reached)))
}

fn batch(args: &BatchArgs) -> Result<ExitCode, Error> {
    let terminal = io::stderr().is_terminal();
    let progress = Progress::new(terminal.then(width));
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
    };
    let outcome = batch::run(&plan, &tell)?;
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
    let diff = two::diff(&input.inputs, &evidence, args.hosts.as_ref(), args.same_host)?;
    let json = args.json || args.format == DiffForm::Json;
    print(&if json { render::value(&diff) } else { render::diff::text(&diff, colour(), width()) })?;
    if let Some(out) = &args.output {
        write::diff(&diff, out)?;
        if !json {
            print(&format!("\nWritten to {}/: diff.html, diff.md, diff.json\n", out.display()))?;
        }
    }
    Ok(evidence.iter().find_map(|evidence| strictly(input, evidence)).unwrap_or(ExitCode::SUCCESS))
}

fn effects(args: &EffectsArgs) -> Result<ExitCode, Error> {
    let evidence = read(&args.input)?;
    let report = report(&evidence);
    let form = if args.json { Form::Json } else { args.format };
    print(&match form {
        Form::Text => render::effects::text(&report, colour(), width()),
        Form::Json => render::effects::json(&report),
        Form::Csv => render::effects::csv(&report),
    })?;
    Ok(strictly(&args.input, &evidence).unwrap_or(ExitCode::SUCCESS))
}

fn changepoints(args: &ChangepointsArgs) -> Result<ExitCode, Error> {
    let path = if args.series == Path::new("-") { Path::new("/dev/stdin") } else { &args.series };
    let found = netmortem::change_points(&source::text(path)?, args.alpha)
        .map_err(|why| Error::Argument(format!("{}: {why}", args.series.display())))?;
    print(&if args.json { render::value(&found) } else { render::points::text(&found) })?;
    Ok(ExitCode::SUCCESS)
}

fn scan(args: &ScanArgs) -> Result<ExitCode, Error> {
    let evidence = read(&args.input)?;
    print(&render::scan(&netmortem::coverage(&evidence)))?;
    Ok(strictly(&args.input, &evidence).unwrap_or(ExitCode::SUCCESS))
}

fn export(args: &ExportArgs) -> Result<ExitCode, Error> {
    if args.format == Format::Parquet && args.output.is_none() {
        return Err(Error::Argument("--format parquet needs -o FILE: a Parquet file is not text".to_owned()));
    }
    let evidence = read(&args.input)?;
    let shown = args.output.as_deref().map_or("standard output".to_owned(), |p| p.display().to_string());
    let table = |sink: &mut (dyn Write + Send)| match args.format {
        Format::Csv => frame::csv(&evidence.timeline, sink),
        Format::Json => frame::json(&evidence.timeline, sink),
        Format::Parquet => parquet::parquet(&evidence.timeline, sink),
    };
    let written = match &args.output {
        Some(path) => write::whole(path, table),
        None => write::buffered(io::stdout(), table),
    };
    match written {
        Err(e) if !gone(&e) => Err(Error::Output { path: shown, why: e.to_string() }),
        _ => Ok(strictly(&args.input, &evidence).unwrap_or(ExitCode::SUCCESS)),
    }
}

fn render_again(args: &RenderArgs) -> Result<ExitCode, Error> {
    let text = source::text(&args.report)?;
    let report = render::parse_json(&text)
        .map_err(|e| Error::NotAReport { path: args.report.display().to_string(), why: e.to_string() })?;
    write::report(&report, &args.output)?;
    print(&format!(
        "Written to {}/: report.html, summary.md, report.json, charts/\n",
        args.output.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn explain(args: &ExplainArgs) -> Result<ExitCode, Error> {
    if args.list {
        let found = assemble::list(&args.names);
        print(&if args.json { render::value(&found) } else { render::list(&found) })?;
        return Ok(ExitCode::SUCCESS);
    }
    let assemble::Explained { pages, unknown } = assemble::explain(&args.names);
    print(&if args.json { render::value(&pages) } else { render::explain(&pages, colour(), width()) })?;
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
    evidence.refused.iter().for_each(|refused| complain(&refused.to_string()));
    Ok(evidence)
}

/// Text from the data may hold escape sequences; standard error may be closed, and then nobody is told.
fn complain(text: &str) {
    let text: String =
        text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    let _ = writeln!(io::stderr(), "netmortem: {text}");
}

/// Exit status 2 for `--strict` and a rejected line, or an INPUT that could not be read.
fn strictly(args: &InputArgs, evidence: &Evidence) -> Option<ExitCode> {
    if args.strict && !evidence.refused.is_empty() {
        return Some(ExitCode::from(2)); // each was named when it was refused
    }
    let rejected = evidence.timeline.artifacts.iter().find(|a| args.strict && a.rejects.count > 0)?;
    let line = rejected.rejects.kept.first().map(|r| format!(":{}: {}", r.line, r.why)).unwrap_or_default();
    complain(&format!("--strict: {}{line}", rejected.path));
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

fn width() -> usize {
    env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).filter(|c| (40..=200).contains(c)).unwrap_or(100)
}
