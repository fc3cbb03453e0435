//! The packs that come with the crate keep their promises, and bad packs are refused with file, line and advice.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kupas::article::Record;
use kupas::cleaner::{Cleaner, Options};
use kupas::fixture::{self, Fixture};
use kupas::judge::examples::check_examples;
use kupas::judge::pack::{Matcher, Pack, Strength, Takes, Zone, parse};
use kupas::judge::rules::{Level, RuleSet};

/// Every pack file of the repository, parsed.
fn packs() -> Vec<Pack> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let mut files: Vec<PathBuf> = ["common", "lang", "portal"]
        .iter()
        .flat_map(|group| fs::read_dir(root.join(group)).expect("a folder of packs"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("a readable pack");
    let name = |path: &PathBuf| path.strip_prefix(&root).expect("below packs").display().to_string();
    files.iter().map(|path| parse(&name(path), &read(path)).unwrap_or_else(|error| panic!("{error}"))).collect()
}

fn builtin() -> RuleSet {
    RuleSet::builtin().unwrap_or_else(|error| panic!("{error}"))
}

/// A pack of one rule, its head and matcher given.
fn pack(head: &str, rule: &str) -> String {
    format!("name = \"mine\"\n{head}\n[[rule]]\nid = \"a-rule\"\nkind = \"ad\"\nwhy = \"A test.\"\n{rule}\n")
}

const EXAMPLES: &str = "strength = \"certain\"\nhit = [\"x\"]\nmiss = [\"y\"]";

fn refusal(text: &str) -> String {
    parse("packs/mine.toml", text).expect_err("a bad pack").to_string()
}

/// A rule set with the packs given, by path and text, on top of ours.
fn with_packs(files: &[(&str, &str)]) -> Result<RuleSet, String> {
    let dir = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    RuleSet::with_dirs(&[dir.path().to_owned()]).map_err(|error| error.to_string())
}

#[test]
fn every_example_bears_its_rule_out() {
    let failures: Vec<String> = check_examples(&builtin(), None)
        .iter()
        .map(|failure| {
            let wish = if failure.expected_hit { "should match" } else { "should not match" };
            format!("{}/{} {wish}: {}", failure.pack, failure.rule, failure.example)
        })
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_list_is_sorted_without_regard_to_case_and_holds_nothing_twice() {
    let mut unsorted = Vec::new();
    for pack in packs() {
        let mut lists: Vec<(String, &Vec<String>, bool)> = vec![
            ("hosts".to_owned(), &pack.hosts, false),
            ("names".to_owned(), &pack.names, true),
            ("places".to_owned(), &pack.places, true),
            ("fingerprints".to_owned(), &pack.fingerprints, true),
        ];
        for rule in &pack.rules {
            for (key, list) in [
                ("equals", &rule.equals),
                ("prefix", &rule.prefix),
                ("contains", &rule.contains),
                ("needs", &rule.needs),
            ] {
                lists.push((format!("{} of rule {}", key, rule.id), list, rule.case));
            }
        }
        for (what, list, case) in lists {
            let key = |text: &String| (text.to_lowercase(), if case { text.clone() } else { String::new() });
            if !list.is_sorted_by(|a, b| key(a) < key(b)) {
                unsorted.push(format!("{}: {what}", pack.file));
            }
        }
    }
    assert!(unsorted.is_empty(), "sort these, and keep each text once:\n{}", unsorted.join("\n"));
}

#[test]
fn no_rule_is_won_over_by_its_own_pack_on_all_its_examples() {
    let set = builtin();
    let mut shadowed = Vec::new();
    let mut hits = Vec::new();
    for (number, rule) in (0_u32..).zip(set.rules()) {
        if rule.takes == Takes::Span || rule.strength == Strength::Hint || rule.matcher == Matcher::Selector {
            continue;
        }
        let zone = if rule.zone == Zone::Any { Zone::Tail } else { rule.zone };
        let wins = rule.hit.iter().any(|example| {
            set.line_hits(Some(rule.pack), example, &mut hits);
            hits.retain(|&hit| set.rule(hit).pack == rule.pack);
            set.decide(&hits, zone) == Some(number)
        });
        if !wins {
            shadowed.push(rule.path.clone());
        }
    }
    assert!(shadowed.is_empty(), "other rules of their packs always win over:\n{}", shadowed.join("\n"));
}

/// The share of a fixture's visible characters that one rule may drop: more is a slip in the rule.
const MOST: f64 = 0.6;

/// Rules that drop more of a fixture than one rule may, each with the fixture and the share.
fn greedy_rules(cleaner: &Cleaner, folders: &[PathBuf]) -> Vec<String> {
    let greedy = folders.iter().filter_map(|folder| {
        let fixture = Fixture::read(folder).unwrap_or_else(|error| panic!("{error}"));
        let (rule, share) = fixture.greediest_rule(cleaner).filter(|(_, share)| *share > MOST)?;
        Some(format!("{rule} drops {:.0} % of {}", share * 100.0, folder.display()))
    });
    greedy.collect()
}

fn fixtures() -> Vec<PathBuf> {
    fixture::find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn no_rule_alone_drops_most_of_a_fixture() {
    let cleaner = Cleaner::new(Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let greedy = greedy_rules(&cleaner, &fixtures());
    assert!(greedy.is_empty(), "look for what these match beyond what they should:\n{}", greedy.join("\n"));
}

#[test]
fn a_rule_that_drops_most_of_a_fixture_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let page = "selector = 'body'\nstrength = 'certain'\nhit = ['<p>x</p>']\nmiss = ['<!-- x -->']";
    let rule = "contains = [\"yang\", \"dan\", \"di\", \"the\"]\nlongest = 9000\nstrength = 'certain'\nhit = ['x di y']\nmiss = ['x y']";
    for (rule, is_page) in [(page, true), (rule, false)] {
        fs::write(dir.path().join("mine.toml"), pack("", rule)).expect("a file");
        let cleaner = Cleaner::new(Options { packs: vec![dir.path().to_owned()], ..Options::default() });
        let cleaner = cleaner.unwrap_or_else(|error| panic!("{error}"));
        let mut folders = fixtures();
        folders.retain(|folder| folder.join("input.html").is_file() == is_page);
        folders.truncate(5);
        let greedy = greedy_rules(&cleaner, &folders);
        assert!(greedy.len() >= 3, "{greedy:?}");
        assert!(greedy.iter().all(|line| line.starts_with("mine/a-rule/") && line.contains(" % of ")), "{greedy:?}");
    }
}

#[test]
fn a_rule_takes_an_article_in_one_line_only_if_it_says_that_it_may() {
    let article = "Petambak memanen garam sejak tanggul diperbaiki warga. ".repeat(20) + "Penafian umum";
    let left = |longest: &str| {
        let dir = tempfile::tempdir().expect("a folder");
        let rule = format!(
            "pattern = '.*Penafian umum'\n{longest}strength = 'certain'\nhit = ['Penafian umum']\nmiss = ['Penafian itu']"
        );
        fs::write(dir.path().join("mine.toml"), pack("", &rule)).expect("a file");
        let cleaner = Cleaner::new(Options { packs: vec![dir.path().to_owned()], ..Options::default() });
        let cleaner = cleaner.unwrap_or_else(|error| panic!("{error}"));
        let clean =
            |text: &str| cleaner.clean(&Record { id: "1".to_owned(), text: text.to_owned(), ..Record::default() }).text;
        assert!(!clean("Petambak memanen garam.\nPenafian umum").contains("umum"), "a short line goes");
        clean(&article)
    };
    assert!(left("").starts_with("Petambak memanen garam"));
    assert_eq!(left("longest = 5000\n"), "");
}

#[test]
fn every_pack_is_known_by_its_place() {
    let set = builtin();
    for (group, level) in [("common", Level::Common), ("lang", Level::Lang), ("portal", Level::Portal)] {
        let known = set.packs().iter().filter(|pack| pack.level == level).count();
        let files = packs().iter().filter(|pack| pack.file.starts_with(group)).count();
        assert_eq!(known, files, "{group}");
    }
    let names: BTreeSet<&str> = set.packs().iter().map(|pack| pack.name.as_str()).collect();
    assert_eq!(names.len(), set.packs().len(), "two packs share a name");
}

#[test]
fn a_portal_is_known_by_its_hosts_and_subdomains() {
    let set = builtin();
    for (number, pack) in (0_u32..).zip(set.packs()) {
        for host in &pack.hosts {
            for url in [format!("https://www.{host}/a/b"), format!("http://{host}:80"), host.clone()] {
                assert_eq!(set.portal_of(Some(&url), ""), Some(number), "{url}");
            }
        }
    }
    assert_eq!(set.portal_of(Some("https://unknown.example/path"), ""), None);
}

#[test]
fn unknown_keys_name_file_and_line() {
    let message = refusal(&pack("", &format!("equals = [\"x\"]\ncolour = \"red\"\n{EXAMPLES}")));
    assert!(message.starts_with("packs/mine.toml:8: "), "{message}");
    assert!(message.contains("colour"), "{message}");
    let message = refusal("name = \"mine\"\nhost = [\"a.b\"]\n");
    assert!(message.starts_with("packs/mine.toml:2: ") && message.contains("host"), "{message}");
}

#[test]
fn what_a_rule_lacks_is_said_with_the_line_of_the_rule() {
    let cases = [
        (pack("", EXAMPLES), "exactly one of"),
        (pack("", &format!("equals = [\"x\"]\nprefix = [\"x\"]\n{EXAMPLES}")), "exactly one of"),
        (pack("", "equals = [\"x\"]\nstrength = \"hint\"\nmiss = [\"y\"]"), "`hit` is missing"),
        (pack("", "equals = [\"x\"]\nstrength = \"hint\"\nhit = [\"x\"]"), "`miss` is missing"),
        (pack("", &format!("pattern = \"(x\"\n{EXAMPLES}")), "bad pattern"),
        (pack("", &format!("pattern = \"x*\"\n{EXAMPLES}")), "empty text"),
        (pack("", &format!("prefix = [\"\\u200b\"]\n{EXAMPLES}")), "empty text"),
        (pack("", &format!("pattern = \"x\"\ntakes = \"span\"\n{EXAMPLES}")), "`needs`"),
        (pack("", &format!("equals = [\"x\"]\ntakes = \"span\"\n{EXAMPLES}")), "`contains` and `pattern` only"),
        (pack("", &format!("pattern = \"{}\"\n{EXAMPLES}", "x".repeat(5000))), "4096"),
        (pack("", &format!("equals = [\"x\"]\n{EXAMPLES}")).replace("a-rule", "aRule"), "kebab-case"),
    ];
    for (text, advice) in cases {
        let message = refusal(&text);
        assert!(message.starts_with("packs/mine.toml:3: "), "{message}\n{text}");
        assert!(message.contains(advice), "{message}");
    }
}

#[test]
fn what_a_pack_lacks_is_said() {
    let rule = format!("equals = [\"x\"]\n{EXAMPLES}");
    let message = refusal(&pack("", &rule).replace("\"mine\"", "\"yours\""));
    assert!(message.contains("`yours`") && message.contains("`mine`"), "{message}");
    assert!(refusal(&pack("hosts = [\"https://a.b/\"]", &rule)).contains("without scheme"));
    assert!(refusal(&pack("timezone = \"WIB\"", &rule)).contains("+07:00"));
    let twice = pack("", &rule) + pack("", &rule).split_once('\n').expect("a head").1;
    assert!(refusal(&twice).contains("same id"));
}

#[test]
fn a_pattern_that_explodes_is_refused_before_it_costs() {
    let message = refusal(&pack("", &format!("pattern = '\\w{{1000}}{{100}}'\n{EXAMPLES}")));
    assert!(message.contains("repeat less"), "{message}");
    let message = refusal(&pack("", &format!("pattern = '{}x{}'\n{EXAMPLES}", "(".repeat(500), ")".repeat(500))));
    assert!(message.contains("bad pattern"), "{message}");
}

#[test]
fn a_users_pack_adds_to_ours_and_wins() {
    let text = pack("hosts = [\"mine.example\"]", &format!("equals = [\"Perbesar\"]\n{EXAMPLES}"));
    let set = with_packs(&[("mine.toml", &text)]).expect("a good pack");
    let portal = set.portal_of(Some("https://news.mine.example/1"), "");
    let mut hits = Vec::new();
    set.line_hits(portal, "Perbesar", &mut hits);
    let winner = set.decide(&hits, Zone::Body).map(|id| set.rule(id).path.as_str());
    assert_eq!(winner, Some("mine/a-rule/equals"));
    set.line_hits(None, "Perbesar", &mut hits);
    let winner = set.decide(&hits, Zone::Body).map(|id| set.rule(id).level);
    assert_eq!(winner, Some(Level::Lang), "the pack counts for its portal only");
}

#[test]
fn a_users_rule_replaces_ours_of_the_same_pack_and_id() {
    let ours = builtin();
    let text =
        pack("", &format!("equals = [\"Zyx\"]\n{EXAMPLES}")).replace("mine", "ads").replace("a-rule", "ad-marker");
    let set = with_packs(&[("common/ads.toml", &text)]).expect("a good pack");
    assert_eq!(set.rules().len(), ours.rules().len());
    assert_eq!(set.packs().len(), ours.packs().len());
    let mut hits = Vec::new();
    set.line_hits(None, "ZYX", &mut hits);
    assert_eq!(hits.iter().map(|&hit| set.rule(hit).level).collect::<Vec<_>>(), [Level::User]);
}

#[test]
fn contradictions_between_packs_are_refused() {
    let ad = pack("", &format!("equals = [\"Zyx\"]\n{EXAMPLES}"));
    let share = ad.replace("mine", "other").replace("\"ad\"", "\"share\"");
    let message = with_packs(&[("mine.toml", &ad), ("other.toml", &share)]).expect_err("a tie");
    assert!(message.contains("other.toml:3") && message.contains("mine/a-rule/equals"), "{message}");
    let hint = share.replace("certain", "hint");
    with_packs(&[("mine.toml", &ad), ("other.toml", &hint)]).expect("a hint is no contradiction");
    let host = |name: &str| {
        pack("hosts = [\"same.example\"]", &format!("equals = [\"Zyx\"]\n{EXAMPLES}")).replace("mine", name)
    };
    let message =
        with_packs(&[("one.toml", &host("one")), ("two.toml", &host("two"))]).expect_err("one host, two packs");
    assert!(message.contains("same.example"), "{message}");
}

#[test]
fn a_keep_rule_disarms_drop_rules() {
    let text = pack("", &format!("prefix = [\"Zyx\"]\n{EXAMPLES}"))
        + "[[rule]]\nid = \"zyx-sentence\"\nkind = \"paragraph\"\nwhy = \"A test.\"\npattern = 'Zyx .+\\.'\nstrength = \"hint\"\nhit = [\"Zyx is.\"]\nmiss = [\"Zyx\"]\n";
    let set = with_packs(&[("mine.toml", &text)]).expect("a good pack");
    let mut hits = Vec::new();
    set.line_hits(None, "Zyx adalah kata.", &mut hits);
    assert_eq!(set.decide(&hits, Zone::Any), None);
    assert_eq!(hits.len(), 2);
    set.line_hits(None, "Zyx adalah kata", &mut hits);
    assert!(set.decide(&hits, Zone::Any).is_some());
}

#[test]
fn lines_match_whatever_their_white_space_case_and_decoration() {
    let text = pack("", &format!("equals = [\"Zyx wvu\"]\n{EXAMPLES}"))
        + "[[rule]]\nid = \"glued\"\nkind = \"read_also\"\nwhy = \"A test.\"\nprefix = [\"Qrs tuv\"]\nstrength = \"hint\"\nhit = [\"Qrs tuv\"]\nmiss = [\"Zyx\"]\n";
    let set = with_packs(&[("mine.toml", &text)]).expect("a good pack");
    let mut hits = Vec::new();
    let mut ids = |line: &str| {
        set.line_hits(None, line, &mut hits);
        hits.iter()
            .map(|&hit| set.rule(hit))
            .filter(|rule| rule.level == Level::User)
            .map(|rule| rule.id.clone())
            .collect::<Vec<_>>()
    };
    for line in ["Zyx wvu", "ZYX\u{a0} WVU", "\u{feff}- zyx\u{200b} wvu :", "[Zyx wvu]..", "»  ZYX\twvu"] {
        assert_eq!(ids(line), ["a-rule"], "{line:?}");
    }
    for line in ["Qrs tuv harga naik", "• QRS TUV: harga", "Qrs tuvHarga Naik", "(qrs tuv)"] {
        assert_eq!(ids(line), ["glued"], "{line:?}");
    }
    for line in ["Zyx wvu.", "Zyxwvu", "Qrs tuvw", "A Qrs tuv", ""] {
        assert!(ids(line).is_empty(), "{line:?}");
    }
}

#[test]
fn spans_are_found_in_the_text_as_it_stands() {
    let set = builtin();
    let text = "Harga  naik\u{a0}lagi (Baca juga: Harga Cabai Naik)\u{a0} sejak Senin.";
    let mut spans = Vec::new();
    set.span_hits(None, text, &mut spans);
    let certain: Vec<&str> = spans
        .iter()
        .filter(|span| set.rule(span.rule).strength == Strength::Certain)
        .filter_map(|span| text.get(span.start..span.end))
        .collect();
    assert_eq!(certain, ["(Baca juga: Harga Cabai Naik)"]);
}

#[test]
fn a_span_pattern_that_can_match_nothing_hides_no_later_match() {
    let rule = "pattern = '(?:\\b|é)(?:qrs)?'\nneeds = [\"zyxw\"]\ntakes = \"span\"\nstrength = \"hint\"\nhit = [\"zyxw qrs\"]\nmiss = [\"y\"]";
    let set = with_packs(&[("mine.toml", &pack("", rule))]).expect("a good pack");
    let text = format!("zyxw {} qrs é. qrs", "a ".repeat(10));
    let mut spans = Vec::new();
    set.span_hits(None, &text, &mut spans);
    let own = spans.iter().filter(|span| set.rule(span.rule).level == Level::User);
    let found: Vec<&str> = own.filter_map(|span| text.get(span.start..span.end)).collect();
    assert_eq!(found, ["qrs", "é", "qrs"]);
}

#[test]
fn hostile_lines_are_matched_without_harm() {
    let set = builtin();
    let (mut hits, mut spans) = (Vec::new(), Vec::new());
    for seed in
        ["(baca juga: ", "Copyright © ", "\u{200b}\u{feff}", "A- A+ ", "é", "Baca juga", "(abc/def)", "\0", "@ (@"]
    {
        for times in [1, 7, 40_000] {
            let line = seed.repeat(times);
            set.line_hits(Some(0), &line, &mut hits);
            set.span_hits(Some(0), &line, &mut spans);
            assert!(spans.iter().all(|span| { line.get(span.start..span.end).is_some_and(|text| !text.is_empty()) }));
        }
    }
    assert!(!set.line_hits(Some(u32::MAX), "Perbesar", &mut hits));
    assert!(set.outlet_names().end_at("é", 1).is_none());
}

/// A portal pack with that `[page]`, which begins on line 3.
fn templates(page: &str) -> String {
    format!("name = \"mine\"\nhosts = [\"mine.example\"]\n[page]\n{page}\n")
}

#[test]
fn bad_selectors_name_file_line_and_part() {
    let examples = "examples = ['<p class=a>x</p>']";
    for (page, line, advice) in [
        (format!("{examples}\nbody = [\n  'p.a',\n  'p..b',\n]"), 7, "`body`: bad selector"),
        (format!("{examples}\ntitle = ['[class*=judul]']"), 5, "whole classes"),
        (format!("{examples}\ntags = ['p:nth-child(3)']"), 5, "too much"),
        (format!("{examples}\ndate = ['*']"), 5, "everything"),
        (format!("{examples}\ndate = ['p', 'p']"), 5, "twice"),
        ("body = ['p.a']".to_owned(), 4, "`examples`"),
        (format!("{examples}\nbody = ['p']\nignore = ['author']"), 5, "`author`"),
        (format!("{examples}\nheadline = ['p']"), 5, "headline"),
    ] {
        let message = refusal(&templates(&page));
        assert!(message.starts_with(&format!("packs/mine.toml:{line}: ")), "{message}\n{page}");
        assert!(message.contains(advice), "{message}");
    }
    let no_portal = templates(&format!("{examples}\nbody = ['p']")).replace("hosts = [\"mine.example\"]", "");
    assert!(refusal(&no_portal).contains("`hosts`"));
}

#[test]
fn bad_selector_rules_are_refused_with_the_line_of_the_rule() {
    for (rule, advice) in [
        ("selector = 'div['", "bad selector"),
        ("selector = 'div:has(p)'", "too much"),
        ("selector = 'p'\nequals = ['x']", "exactly one of"),
        ("selector = 'p'\nwhere = 'tail'", "drop `where`"),
        ("selector = 'p'\ntakes = 'rest'", "drop `where`"),
        ("selector = 'p'\nlongest = 5", "drop `where`"),
    ] {
        let message = refusal(&pack("", &format!("{rule}\n{EXAMPLES}")));
        assert!(message.starts_with("packs/mine.toml:3: "), "{message}");
        assert!(message.contains(advice), "{message}");
    }
    let message = refusal(&pack("", "selector = 'p'\nstrength = 'certain'\nmiss = ['<b>x</b>']"));
    assert!(message.contains("`hit` is missing"), "{message}");
}

#[test]
fn examples_of_selectors_are_html_and_are_run() {
    let rule = |hit: &str, miss: &str| {
        let rule = format!("selector = 'div.zyx p'\nstrength = 'certain'\nhit = ['{hit}']\nmiss = ['{miss}']");
        with_packs(&[("mine.toml", &pack("hosts = ['mine.example']", &rule))]).expect("a good pack")
    };
    let (hit, miss) = ("<div class=\"a zyx\"><i><p>x</p></i></div>", "<div class=zyx>x</div>");
    assert_eq!(check_examples(&rule(hit, miss), None), []);
    let failures = check_examples(&rule(miss, hit), None);
    assert_eq!(failures.iter().map(|failure| failure.expected_hit).collect::<Vec<_>>(), [true, false]);
    let page = templates("body = ['p.new', 'p.old']\nexamples = ['<p class=old>x</p>']");
    let set = with_packs(&[("mine.toml", &page)]).expect("a good pack");
    let failures = check_examples(&set, None);
    assert_eq!(
        failures.iter().map(|f| (f.rule.as_str(), f.example.as_str())).collect::<Vec<_>>(),
        [("page.body", "p.new")]
    );
}

#[test]
fn rules_about_elements_count_for_their_pages() {
    let rule = "selector = '.zyx'\nstrength = 'certain'\nhit = ['<p class=zyx>x</p>']\nmiss = ['<p>x</p>']";
    let set = with_packs(&[("mine.toml", &pack("hosts = ['mine.example']", rule))]).expect("a good pack");
    let html = scraper::Html::parse_document("<p class=zyx>x</p><div id=disqus_thread>y</div>");
    let elements: Vec<scraper::ElementRef<'_>> = html.tree.nodes().filter_map(scraper::ElementRef::wrap).collect();
    let paths = |portal: Option<u32>| {
        let mut hits = Vec::new();
        let mut paths = Vec::new();
        for element in &elements {
            set.element_hits(portal, element, &mut hits);
            paths.extend(hits.iter().map(|&hit| set.rule(hit).path.as_str()));
        }
        paths
    };
    let portal = set.portal_of(Some("https://mine.example/1"), "");
    assert_eq!(paths(portal), ["mine/a-rule/selector", "widgets/comment-widget/selector"]);
    assert_eq!(paths(None), ["widgets/comment-widget/selector"]);
}

#[test]
fn a_users_places_are_known_beside_ours() {
    let set = with_packs(&[("lang/mine.toml", "name = \"mine\"\nplaces = [\"Muara Umpama\"]\n")]).expect("a good pack");
    assert_eq!(set.place_names().end_at("MUARA UMPAMA - Warga", 0), Some(12));
    assert_eq!(set.place_names().end_at("Jakarta - Warga", 0), Some(7));
    assert_eq!(set.place_names().end_at("Jakartanya sepi", 0), None);
    let portal = "name = \"mine\"\nhosts = [\"mine.example\"]\nplaces = [\"Muara Umpama\"]\n";
    let error = with_packs(&[("portal/mine.toml", portal)]).expect_err("places of one portal");
    assert!(error.contains("language pack"), "{error}");
}

#[test]
fn a_users_templates_are_tried_before_ours() {
    let old = templates("body = ['p.old', 'p.both']\nexamples = ['<p class=\"old both\">x</p>']");
    let new = templates("body = ['p.new', 'p.both']\nexamples = ['<p class=\"new both\">x</p>']");
    let set = with_packs(&[("a/mine.toml", &old), ("b/mine.toml", &new)]).expect("good packs");
    let pack = set.packs().iter().find(|pack| pack.name == "mine").expect("the pack");
    let body: Vec<&str> =
        pack.page.part(kupas::judge::pack::PagePart::Body).iter().map(|selector| selector.css.as_str()).collect();
    assert_eq!(body, ["p.new", "p.both", "p.old"]);
    assert_eq!(check_examples(&set, None), []);
}

#[test]
fn portals_with_templates_know_where_their_text_stands() {
    let set = builtin();
    let with_body = (0_u32..set.packs().len() as u32).filter_map(|number| set.page_selectors(number));
    let known = with_body.filter(|page| !page.body.is_empty()).count();
    assert!(known >= 40, "{known} portals");
}
