//! Parse arguments, call the library, write and print, exit status. The only printing in the crate.

use clap::Parser;
use netmortem::cli::{Cli, ExportArgs, Format, InputArgs, RenderArgs, ReportArgs, ScanArgs, Verb};
use netmortem::error::Error;
use netmortem::model::report::{Report, Severity};
use netmortem::timeline::{frame, parquet};
use netmortem::{Evidence, render, report, source};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

fn main() -> ExitCode {
    let outcome = match Cli::parse().verb {
        Verb::Report(args) => make_report(&args),
        Verb::Scan(args) => scan(&args),
        Verb::Export(args) => export(&args),
        Verb::Render(args) => render_again(&args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("netmortem: {error}");
        ExitCode::from(2)
    })
}

fn make_report(args: &ReportArgs) -> Result<ExitCode, Error> {
    let evidence = read(&args.input)?;
    let report = report(&evidence);
    write_report(&report, &args.output)?;
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

fn scan(args: &ScanArgs) -> Result<ExitCode, Error> {
    let evidence = read(&args.input)?;
    print(&render::scan(&report(&evidence).coverage))?;
    Ok(strictly(&args.input, &evidence).unwrap_or(ExitCode::SUCCESS))
}

fn export(args: &ExportArgs) -> Result<ExitCode, Error> {
    if args.format == Format::Parquet && args.output.is_none() {
        return Err(Error::Argument("--format parquet needs -o FILE: a Parquet file is not text".to_owned()));
    }
    let evidence = read(&args.input)?;
    let shown = args.output.as_deref().map_or("standard output".to_owned(), |p| p.display().to_string());
    let sink: Box<dyn Write + Send> = match &args.output {
        Some(path) => Box::new(fs::File::create(path).map_err(|e| failed(path, &e))?),
        None => Box::new(io::stdout()),
    };
    let mut sink = BufWriter::with_capacity(1 << 18, sink);
    let written = match args.format {
        Format::Csv => frame::csv(&evidence.timeline, &mut sink),
        Format::Json => frame::json(&evidence.timeline, &mut sink),
        Format::Parquet => parquet::parquet(&evidence.timeline, &mut sink),
    };
    match written.and_then(|()| sink.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Output { path: shown, why: e.to_string() })
        }
        _ => Ok(strictly(&args.input, &evidence).unwrap_or(ExitCode::SUCCESS)),
    }
}

fn render_again(args: &RenderArgs) -> Result<ExitCode, Error> {
    let text = source::text(&args.report)?;
    let report = render::parse_json(&text)
        .map_err(|e| Error::NotAReport { path: args.report.display().to_string(), why: e.to_string() })?;
    write_report(&report, &args.output)?;
    print(&format!(
        "Written to {}/: report.html, summary.md, report.json, charts/\n",
        args.output.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn read(args: &InputArgs) -> Result<Evidence, Error> {
    let begun = Instant::now();
    let show = io::stderr().is_terminal();
    // Work that is over before a reader looks needs no progress line.
    let progress = move |done: usize, all: usize| {
        if show && all > 1 && begun.elapsed() > Duration::from_secs(1) {
            let end = if done == all { "\r\x1b[K" } else { "" };
            eprint!("\rread {done} of {all} files{end}");
        }
    };
    netmortem::read(&args.inputs, args.options()?, &progress)
}

/// Exit status 2 for `--strict` and a rejected line.
fn strictly(args: &InputArgs, evidence: &Evidence) -> Option<ExitCode> {
    let rejected = evidence.timeline.artifacts.iter().find(|a| args.strict && a.rejects.count > 0)?;
    let line = rejected.rejects.kept.first().map(|r| format!(":{}: {}", r.line, r.why)).unwrap_or_default();
    eprintln!("netmortem: --strict: {}{line}", rejected.path);
    Some(ExitCode::from(2))
}

fn write_report(report: &Report, out: &Path) -> Result<(), Error> {
    let charts = out.join("charts");
    fs::create_dir_all(&charts).map_err(|e| failed(&charts, &e))?;
    write(&out.join("report.json"), &render::json(report))?;
    write(&out.join("summary.md"), &render::markdown(report))?;
    for (name, svg) in render::charts(report) {
        write(&charts.join(name), &svg)?;
    }
    write(&out.join("report.html"), &render::html(report))
}

/// Written beside and renamed, so that a run killed half-way leaves no half a report under a final name.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, text).and_then(|()| fs::rename(&partial, path)).map_err(|e| failed(path, &e))
}

fn failed(path: &Path, error: &io::Error) -> Error {
    Error::Output { path: path.display().to_string(), why: error.to_string() }
}

fn print(text: &str) -> Result<(), Error> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Output { path: "standard output".to_owned(), why: e.to_string() })
        }
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
