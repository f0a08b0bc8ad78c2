import IncidentModel
import Reporting

/// What pages load besides themselves. The folder in the address is a digest of the content, so that a browser may keep
/// it for ever and still never shows a new page with an old style.
struct PageAssets: Sendable {
  struct Asset: Sendable {
    var type: String
    var text: String
  }

  /// By the last part of the address.
  let assets: [String: Asset]
  /// `/assets/<digest>`
  let folder: String

  init() {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let script = "text/javascript; charset=utf-8"
    assets = [
      "tocsin.css": Asset(type: "text/css; charset=utf-8", text: ReportStyle.rules + text(PackageResources.pages_css)),
      "live.js": Asset(type: script, text: text(PackageResources.live_js)),
      "keys.js": Asset(type: script, text: text(PackageResources.keys_js)),
      "icon.svg": Asset(type: "image/svg+xml", text: text(PackageResources.icon_svg)),
    ]
    let content = assets.sorted { $0.key < $1.key }.map(\.value.text).joined()
    folder = "/assets/" + ContentDigest.of(content).dropFirst("sha256:".count).prefix(12)
  }
}
