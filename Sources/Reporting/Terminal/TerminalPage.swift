/// Lines under a label column, with evidence marks at the right edge; never wider than the page.
struct TerminalPage {
  var lines: [StyledText] = []
  let width: Int

  static let labelWidth = 16
  private static let markWidth = 7

  init(width: Int) { self.width = max(40, width) }

  /// Columns beside the label, without marks and with them.
  var bodyWidth: Int { width - Self.labelWidth }
  var markedBodyWidth: Int { bodyWidth - Self.markWidth }

  mutating func blank() { lines.append(StyledText()) }

  /// A heading in the label column and a short styled body that fits by construction or is cut by the caller.
  mutating func row(_ label: String, _ tone: Tone = .plain, _ body: StyledText) {
    let head = StyledText(DisplayWidth.cutEnd(label, to: Self.labelWidth - 1), tone).padded(to: Self.labelWidth)
    lines.append(head + body)
  }

  /// Text broken over as many lines as allowed; the marks stand at the right of the last, or below it where it is
  /// full and there is a line left.
  mutating func paragraph(
    _ text: String, label: String = "", labelTone: Tone = .quiet, marks: [String] = [], tone: Tone = .plain,
    lines limit: Int = 2, longWords: DisplayWidth.LongWord = .cut
  ) {
    let marks = marks.isEmpty ? "" : DisplayWidth.cutEnd(marks.joined(separator: " "), to: Self.markWidth - 1)
    let clean = Quantity.keepingUnits(UntrustedText.clean(text))
    var broken = DisplayWidth.wrap(clean, width: bodyWidth, lines: limit, longWords: longWords)
    if !marks.isEmpty, let last = broken.last, DisplayWidth.of(last) > markedBodyWidth {
      if broken.count < limit {
        broken.append("")
      } else {
        broken[broken.count - 1] = DisplayWidth.cutEnd(last, to: markedBodyWidth)
      }
    }
    for (number, line) in broken.enumerated() {
      var body = StyledText(line.replacing("\u{A0}", with: " "), tone)
      if number == broken.count - 1, !marks.isEmpty {
        let gap = bodyWidth - body.width - DisplayWidth.of(marks)
        body += StyledText(String(repeating: " ", count: max(1, gap))) + StyledText(marks, .quiet)
      }
      row(number == 0 ? label : "", labelTone, body)
    }
  }

  func text(usesColor: Bool) -> String {
    lines.map { $0.cut(to: width).rendered(usesColor: usesColor) + "\n" }.joined()
  }
}
