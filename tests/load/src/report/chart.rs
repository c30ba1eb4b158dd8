//! Bar charts as SVG, for light and for dark pages.
//!
//! The colours follow the reader's system, by a media query in the file: a picture in an `<img>`
//! can't see the colours of its page, so it has a background. A reader of the page's text hears the
//! title and the description.

use std::fmt::Write;

/// Horizontal bars in groups, such as two servers for each page.
pub struct Chart {
    /// What is shown.
    pub title: String,
    /// The whole content in words.
    pub description: String,
    /// The names of a group's bars, in their order; three at most.
    pub series: Vec<String>,
    /// The groups.
    pub groups: Vec<Group>,
}

/// Bars that belong together.
pub struct Group {
    /// What they have in common.
    pub label: String,
    /// The length of each series's bar and what stands beside it.
    pub bars: Vec<(f64, String)>,
}

const WIDTH: u32 = 720;
const MARGIN: u32 = 20;
const LABELS: u32 = 190;
/// What is left for a value behind the longest bar.
const VALUES: u32 = 150;
const BAR: u32 = 16;
const GROUP_GAP: u32 = 14;
/// Title and legend.
const HEAD: u32 = 84;

const STYLE: &str = "\
.back{fill:#ffffff;stroke:#d9dde3}.text{fill:#1c2430}.soft{fill:#5a6472}.axis{stroke:#c3c9d2}\
.s0{fill:#98a2b0}.s1{fill:#2a6fdb}.s2{fill:#c2611f}\
text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:13px}.title{font-size:16px;font-weight:600}\
@media (prefers-color-scheme:dark){.back{fill:#161b22;stroke:#30363d}.text{fill:#e6eaf0}.soft{fill:#a0a9b5}\
.axis{stroke:#454d58}.s0{fill:#6d7887}.s1{fill:#5b9bff}.s2{fill:#f0985a}}";

impl Chart {
    /// Returns the file.
    pub fn svg(&self) -> String {
        let group_height = self.series.len() as u32 * (BAR + 2) + GROUP_GAP;
        let height = HEAD + self.groups.len() as u32 * group_height + MARGIN / 2;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" role=\"img\" aria-labelledby=\"title description\">\n\
             <title id=\"title\">{title}</title>\n<desc id=\"description\">{description}</desc>\n\
             <style>{STYLE}</style>\n\
             <rect class=\"back\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
             <text class=\"text title\" x=\"{MARGIN}\" y=\"32\">{title}</text>\n",
            WIDTH - 1,
            height - 1,
            title = escape(&self.title),
            description = escape(&self.description),
        );
        self.legend(&mut svg);
        let longest = self.groups.iter().flat_map(|group| &group.bars).map(|bar| bar.0).fold(0.0, f64::max);
        for (number, group) in self.groups.iter().enumerate() {
            group.write(HEAD + number as u32 * group_height, longest, &mut svg);
        }
        let (axis, bottom) = (MARGIN + LABELS, height - MARGIN / 2 - GROUP_GAP / 2);
        let top = HEAD - GROUP_GAP / 2;
        put(&mut svg, format_args!("<path class=\"axis\" d=\"M{axis} {top}V{bottom}\"/>\n</svg>\n"));
        svg
    }

    fn legend(&self, svg: &mut String) {
        let mut x = MARGIN;
        for (number, name) in self.series.iter().enumerate() {
            let (text, name) = (x + 18, escape(name));
            put(
                svg,
                format_args!(
                    "<rect class=\"s{number}\" x=\"{x}\" y=\"47\" width=\"12\" height=\"12\" rx=\"2\"/>\
                     <text class=\"soft\" x=\"{text}\" y=\"58\">{name}</text>\n"
                ),
            );
            x = text + 8 * self.series[number].chars().count() as u32 + 16;
        }
    }
}

impl Group {
    fn write(&self, top: u32, longest: f64, svg: &mut String) {
        let middle = top + (self.bars.len() as u32 * (BAR + 2)) / 2 + 4;
        let label_end = MARGIN + LABELS - 10;
        let label = escape(&self.label);
        put(
            svg,
            format_args!(
                "<text class=\"text\" x=\"{label_end}\" y=\"{middle}\" text-anchor=\"end\">{label}</text>\n"
            ),
        );
        for (number, (value, text)) in self.bars.iter().enumerate() {
            let most = f64::from(WIDTH - 2 * MARGIN - LABELS - VALUES);
            let width = if longest > 0.0 { (value / longest * most).max(1.0) } else { 1.0 };
            let (x, y) = (MARGIN + LABELS, top + number as u32 * (BAR + 2));
            let (text_x, text_y, text) = (f64::from(x) + width + 6.0, y + 13, escape(text));
            put(
                svg,
                format_args!(
                    "<rect class=\"s{number}\" x=\"{x}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>\
                     <text class=\"soft\" x=\"{text_x:.1}\" y=\"{text_y}\">{text}</text>\n"
                ),
            );
        }
    }
}

fn put(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("a string takes any text");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let bars = vec![(4.0, "4.0 µs".to_owned()), (8.0, "8.0 µs, 2.00x".to_owned())];
        Chart {
            title: "CPU <time>".to_owned(),
            description: "dashboard: floor 4, djust 8".to_owned(),
            series: vec!["floor".to_owned(), "djust".to_owned()],
            groups: vec![Group { label: "dashboard & more".to_owned(), bars }],
        }
    }

    #[test]
    fn a_chart_can_be_heard() {
        let svg = chart().svg();
        assert!(svg.contains("role=\"img\" aria-labelledby=\"title description\""));
        assert!(svg.contains("<title id=\"title\">CPU &lt;time&gt;</title>"));
        assert!(svg.contains("<desc id=\"description\">dashboard: floor 4, djust 8</desc>"));
        assert!(svg.contains("dashboard &amp; more"));
    }

    #[test]
    fn bars_are_as_long_as_their_values_say() {
        let svg = chart().svg();
        let widths = svg.split("height=\"16\"").filter_map(|part| part.rsplit_once(" width=\""));
        let widths: Vec<f64> =
            widths.filter_map(|(_, width)| width.split('"').next()?.parse().ok()).collect();
        assert_eq!(widths[0] * 2.0, widths[1]);
    }
}
