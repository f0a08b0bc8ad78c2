import Foundation

/// nginx in front of the shop, with certificates of the lab's own authority.
struct WebPart {
  /// Above those that only root may use.
  static let port = 8443

  var layout: LabLayout

  private var folder: String { layout.folder(of: "nginx") }

  func prepare() throws {
    try makeCertificates()
    let address = layout.listenAddress(of: "nginx")
    // A worker would outlive its killed master where no control group ends it.
    let configuration = """
      daemon off; master_process \(layout.isolation == .namespaces ? "on" : "off"); worker_processes 1;
      pid \(folder)/nginx.pid; error_log \(folder)/error.log warn;
      events { worker_connections 512; }
      http {
        access_log off; client_body_temp_path \(folder)/body; proxy_temp_path \(folder)/proxy;
        fastcgi_temp_path \(folder)/fastcgi; uwsgi_temp_path \(folder)/uwsgi; scgi_temp_path \(folder)/scgi;
        keepalive_requests 60; keepalive_timeout 5s;
        upstream gateway { server \(layout.address(of: "gateway")):8080; keepalive 8; }
        server {
          listen \(address):\(Self.port) ssl; server_name shop.example;
          ssl_certificate \(folder)/server.pem; ssl_certificate_key \(folder)/server.key; ssl_session_tickets off;
          location / {
            proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_connect_timeout 1s; proxy_read_timeout 3s; proxy_next_upstream off;
          }
        }
        server { listen \(address):8081; location = /status { stub_status; } }
      }

      """
    try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/nginx.conf"))
  }

  private func makeCertificates() throws {
    func openssl(_ words: String) throws { try Tool.run(["openssl"] + words.split(separator: " ").map(String.init)) }
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout \(folder)/authority.key -out \(folder)/authority.pem -days 30 -subj /CN=lab"
    )
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout \(folder)/server.key -out \(folder)/request.pem -subj /CN=shop.example"
    )
    try Data("subjectAltName=DNS:shop.example\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/names.txt"))
    for (name, days) in [("good", 30), ("expired", -1)] {
      try openssl(
        "x509 -req -in \(folder)/request.pem -CA \(folder)/authority.pem -CAkey \(folder)/authority.key -CAcreateserial "
          + "-days \(days) -extfile \(folder)/names.txt -out \(folder)/\(name).pem")
    }
    try Self.use("good", layout)
  }

  /// - Parameter certificate: `good` or `expired`.
  static func use(_ certificate: String, _ layout: LabLayout) throws {
    let folder = layout.folder(of: "nginx")
    try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(certificate).pem"))
      .write(to: URL(fileURLWithPath: "\(folder)/server.pem"), options: .atomic)
  }

  func plan() -> ProcessPlan {
    ProcessPlan(
      name: "nginx", component: "nginx", command: ["nginx", "-c", "\(folder)/nginx.conf", "-e", "\(folder)/error.log"],
      logFile: layout.logFile(of: "nginx"))
  }
}
