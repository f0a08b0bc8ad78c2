import Foundation

extension Fault {
  static let expiredCertificate = Fault(
    name: "expired-certificate", summary: "the web server's certificate has expired", kind: .certificate,
    targets: ["nginx"], metric: "error_ratio", bites: [.reaches("error_ratio", 0.5), .says("certificate has expired")]
  ) { lab, target in
    lab.whenRestored {
      try WebPart.use("good", lab.layout)
      lab.signal(target, SIGHUP)
    }
    try WebPart.use("expired", lab.layout)
    lab.signal(target, SIGHUP)
  }
}
