//! The results of scenarios as `JUnit` writes them, for continuous integration.
//!
//! There is no standard; this is the part that all readers of it know: suites, cases, failures and errors. A suite is a
//! machine, a case is one of its scenarios. What has errors and could not be run is a case with an error. Durations are
//! left out: scenarios take no time that would matter, and the same texts are to give the same bytes.

use std::fmt::Write as _;
use std::io;

use fsm_core::source::Span;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::human::circumstances;
use crate::printable::escaped;
use crate::scenarios::{TestResult, Tests};

type Xml = Writer<Vec<u8>>;

/// The results as XML, with a line feed at its end.
pub(super) fn render(tests: &Tests<'_>) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing into memory cannot fail.
    let _ = document(&mut xml, tests);
    let mut text = String::from_utf8_lossy(&xml.into_inner()).into_owned();
    text.push('\n');
    text
}

fn document(xml: &mut Xml, tests: &Tests<'_>) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let (all, failed, errors) = (tests.results.len(), tests.failed(), errors(tests).len());
    xml.create_element("testsuites")
        .with_attribute(("name", "fsmc test"))
        .with_attribute(("tests", (all + errors).to_string().as_str()))
        .with_attribute(("failures", failed.to_string().as_str()))
        .with_attribute(("errors", errors.to_string().as_str()))
        .write_inner_content(|xml| {
            // The results of a machine stand together.
            for suite in tests.results.chunk_by(|left, right| left.machine.name.span == right.machine.name.span) {
                self::suite(xml, tests, suite)?;
            }
            unreadable(xml, tests)
        })?;
    Ok(())
}

/// A machine.
fn suite(xml: &mut Xml, tests: &Tests<'_>, results: &[TestResult<'_>]) -> io::Result<()> {
    let Some(first) = results.first() else { return Ok(()) };
    let failed = results.iter().filter(|result| result.outcome.failure.is_some()).count();
    let (file, _) = place(tests, first.machine.name.span);
    xml.create_element("testsuite")
        .with_attribute(("name", first.machine.name.text.as_str()))
        .with_attribute(("file", file.as_str()))
        .with_attribute(("tests", results.len().to_string().as_str()))
        .with_attribute(("failures", failed.to_string().as_str()))
        .with_attribute(("errors", "0"))
        .write_inner_content(|xml| results.iter().try_for_each(|result| case(xml, tests, result)))?;
    Ok(())
}

/// A scenario.
fn case(xml: &mut Xml, tests: &Tests<'_>, result: &TestResult<'_>) -> io::Result<()> {
    let (file, line) = place(tests, result.scenario.name.span);
    let case = xml
        .create_element("testcase")
        .with_attribute(("classname", result.machine.name.text.as_str()))
        .with_attribute(("name", escaped(&result.scenario.name.text).as_ref()))
        .with_attribute(("file", file.as_str()))
        .with_attribute(("line", line.as_str()));
    let Some(failure) = &result.outcome.failure else {
        case.write_empty()?;
        return Ok(());
    };
    let finding = &failure.finding;
    let (file, line) = place(tests, finding.primary.span);
    let mut text = format!("{file}:{line}: {}", escaped(&finding.message));
    if !finding.primary.text.is_empty() {
        let _ = write!(text, "\n  {}", escaped(&finding.primary.text));
    }
    text.push('\n');
    text.push_str(&circumstances(failure));
    case.write_inner_content(|xml| {
        xml.create_element("failure")
            .with_attribute(("type", finding.code()))
            .with_attribute(("message", escaped(&finding.message).as_ref()))
            .write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

/// What could not be run: each error and each failure of the reading, as a place and a message.
fn errors(tests: &Tests<'_>) -> Vec<(String, String)> {
    let findings = tests.report.findings.iter().map(|finding| {
        let (file, line) = place(tests, finding.primary.span);
        (format!("{file}:{line}"), format!("{}: {}", finding.code(), escaped(&finding.message)))
    });
    let failures = tests.report.failures.iter().map(|failure| {
        let place = failure.place.as_deref().unwrap_or("fsmc test");
        (escaped(place).into_owned(), escaped(&failure.message).into_owned())
    });
    findings.chain(failures).collect()
}

fn unreadable(xml: &mut Xml, tests: &Tests<'_>) -> io::Result<()> {
    let errors = errors(tests);
    if errors.is_empty() {
        return Ok(());
    }
    let count = errors.len().to_string();
    xml.create_element("testsuite")
        .with_attribute(("name", "errors"))
        .with_attribute(("tests", count.as_str()))
        .with_attribute(("failures", "0"))
        .with_attribute(("errors", count.as_str()))
        .write_inner_content(|xml| {
            errors.iter().try_for_each(|(place, message)| {
                xml.create_element("testcase")
                    .with_attribute(("classname", "errors"))
                    .with_attribute(("name", place.as_str()))
                    .write_inner_content(|xml| {
                        xml.create_element("error").with_attribute(("message", message.as_str())).write_empty()?;
                        Ok(())
                    })?;
                Ok(())
            })
        })?;
    Ok(())
}

/// File and line of a place.
fn place(tests: &Tests<'_>, span: Span) -> (String, String) {
    let place = tests.report.texts.place(span);
    (place.file.name().to_owned(), place.start().line.to_string())
}
