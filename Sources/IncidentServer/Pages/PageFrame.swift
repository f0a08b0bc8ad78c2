/// What all pages share: the head, the bar with the navigation, and who reads.
struct PageFrame {
  var title: String
  var assets: String
  var navigation: [LinkText]
  /// Where the page hears of changes; nil for one that does not change.
  var stream: String?
  var reader: Reader?
  /// A class of the style sheet for the whole page.
  var kind: String
  var body: String

  struct Reader {
    var name: String
    var role: String
    var csrf: String
  }

  /// The pages of the bar.
  enum Section: String, CaseIterable {
    case incidents, decisions, alerts, services, runbooks, replays, settings

    var link: LinkText { LinkText(href: "/\(rawValue)", title: rawValue.prefix(1).uppercased() + rawValue.dropFirst()) }
  }

  static func navigation(current: Section?) -> [LinkText] {
    Section.allCases.map { section in
      var link = section.link
      link.isCurrent = section == current
      return link
    }
  }
}
