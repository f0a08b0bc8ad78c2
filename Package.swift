// swift-tools-version: 6.2
import PackageDescription

/// One row a target, lowest layer first: its dependencies on ours, then on libraries.
/// `Tests/ArchitectureTests` reads this table and fails on an import that is not in it.
struct Module {
  var name: String
  var ours: [String] = []
  var libraries: [Target.Dependency] = []
  /// Files of a test target that its tests read and the compiler must not.
  var exclude: [String] = []
  /// Compiled in, so that nothing is looked for at run time.
  var resources: [Resource] = []
}

/// `make test` sets this: warnings in our own targets are errors there, and warnings everywhere else.
let strictSettings: [SwiftSetting] =
  Context.environment["TOCSIN_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// A release brings Swift's runtime and Foundation with it: it starts sooner, and runs where no Swift is installed. The
/// libraries after the first flag are those that Foundation's own archives need.
let staticRuntime = [
  "-static-stdlib", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
  "-lswiftDispatch",
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let modules: [Module] = [
  Module(name: "IncidentModel", libraries: [crypto]),
  Module(name: "ConfigurationReading", libraries: [yams]),
  Module(name: "HTTPTransport", libraries: ["CCurl"]),
  Module(name: "TextReading", ours: ["IncidentModel", "ConfigurationReading"], libraries: ["CZlib"]),
  Module(
    name: "LanguageModels", ours: ["IncidentModel", "ConfigurationReading", "TextReading", "HTTPTransport"]),
  Module(name: "KubernetesObjects", ours: ["IncidentModel", "ConfigurationReading", "TextReading"]),
  Module(name: "KubernetesDiagnosis", ours: ["IncidentModel", "KubernetesObjects"]),
  Module(
    name: "Telemetry", ours: ["IncidentModel", "ConfigurationReading", "TextReading", "KubernetesObjects"],
    libraries: ["CZlib"]),
  Module(name: "BlackboardStore", ours: ["IncidentModel"], libraries: [grdb]),
  Module(name: "Reporting", ours: ["IncidentModel"]),
  Module(name: "AlertDesk", ours: ["IncidentModel", "ConfigurationReading", "TextReading"]),
  Module(
    name: "KubernetesAPI",
    ours: [
      "IncidentModel", "ConfigurationReading", "HTTPTransport", "TextReading", "KubernetesObjects",
      "KubernetesDiagnosis",
    ]),
  Module(name: "PrometheusAPI", ours: ["IncidentModel", "HTTPTransport", "TextReading", "Telemetry"]),
  Module(name: "TelemetryAPI", ours: ["IncidentModel", "HTTPTransport", "TextReading", "Telemetry"]),
  Module(
    name: "ModelContext", ours: ["IncidentModel", "TextReading", "LanguageModels", "BlackboardStore", "Reporting"]),
  Module(name: "SignalDetection", ours: ["IncidentModel", "Telemetry"]),
  Module(name: "RootCauseAnalysis", ours: ["IncidentModel", "Telemetry"]),
  Module(name: "Runbooks", ours: ["IncidentModel", "ConfigurationReading"]),
  Module(
    name: "RunbookExecution",
    ours: ["IncidentModel", "ConfigurationReading", "TextReading", "HTTPTransport", "PrometheusAPI", "Runbooks"],
    libraries: [subprocess]),
  Module(
    name: "Agents",
    ours: [
      "IncidentModel", "ConfigurationReading", "TextReading", "LanguageModels", "KubernetesObjects",
      "KubernetesDiagnosis", "Telemetry", "SignalDetection", "RootCauseAnalysis", "Runbooks",
    ]),
  Module(name: "Supervision", ours: ["IncidentModel", "BlackboardStore", "Agents", "LanguageModels", "Telemetry"]),
  Module(
    name: "Evaluation",
    ours: [
      "IncidentModel", "ConfigurationReading", "TextReading", "Telemetry", "RootCauseAnalysis", "Agents", "Supervision",
      "Reporting",
    ]),
  Module(
    name: "IncidentServer",
    ours: [
      "IncidentModel", "ConfigurationReading", "TextReading", "HTTPTransport", "LanguageModels", "Telemetry",
      "BlackboardStore", "Reporting", "AlertDesk", "PrometheusAPI", "ModelContext", "Runbooks", "RunbookExecution",
      "Agents", "TelemetryAPI",
      "Supervision", "Evaluation",
    ],
    libraries: [hummingbird, hummingbirdCore, mustache, serviceLifecycle, logging, grdb, crypto],
    resources: [.embedInCode("Pages/Resources")]),
  Module(
    name: "Commands",
    ours: [
      "IncidentModel", "ConfigurationReading", "HTTPTransport", "LanguageModels", "TextReading", "Telemetry",
      "BlackboardStore", "Reporting", "SignalDetection",
      "RootCauseAnalysis", "Runbooks", "RunbookExecution", "Agents", "Supervision", "Evaluation",
      "KubernetesAPI", "PrometheusAPI", "TelemetryAPI", "AlertDesk", "ModelContext", "IncidentServer",
    ],
    libraries: [argumentParser, logging]),
  // The lab: a shop of real processes, and how incidents are recorded from it. Nothing above imports these.
  Module(name: "Shop", ours: ["HTTPTransport"]),
  Module(
    name: "Lab",
    ours: [
      "IncidentModel", "ConfigurationReading", "TextReading", "HTTPTransport", "Telemetry", "PrometheusAPI", "Shop",
    ]),
  // Goldens, made-up incidents and servers on the loopback; imported by tests only.
  Module(name: "TestSupport", ours: ["IncidentModel", "TextReading", "LanguageModels"]),
]

/// Test targets: what each may import besides the module it is named for.
let tests: [Module] = [
  Module(
    name: "AgentsTests",
    ours: [
      "IncidentModel", "LanguageModels", "TextReading", "KubernetesObjects", "KubernetesDiagnosis", "Telemetry",
      "RootCauseAnalysis", "Runbooks", "Agents", "TestSupport",
    ]),
  Module(
    name: "AlertDeskTests",
    ours: ["IncidentModel", "ConfigurationReading", "TextReading", "HTTPTransport", "AlertDesk", "TestSupport"],
    libraries: [subprocess], exclude: ["Goldens"]),
  Module(name: "ArchitectureTests"),
  Module(name: "BlackboardStoreTests", ours: ["IncidentModel", "BlackboardStore"], libraries: [grdb]),
  Module(
    name: "EndToEndTests",
    ours: [
      "IncidentModel", "TextReading", "HTTPTransport", "LanguageModels", "Telemetry", "BlackboardStore", "Reporting",
      "SignalDetection", "RootCauseAnalysis", "Runbooks", "Agents", "Supervision", "Evaluation", "TestSupport",
    ]),
  Module(
    name: "EvaluationTests",
    ours: [
      "IncidentModel", "TextReading", "KubernetesObjects", "KubernetesDiagnosis", "Telemetry", "RootCauseAnalysis",
      "Evaluation",
    ]),
  Module(
    name: "IncidentServerTests",
    ours: [
      "IncidentModel", "TextReading", "HTTPTransport", "Telemetry", "BlackboardStore", "Reporting", "AlertDesk",
      "Runbooks", "Agents", "Supervision", "IncidentServer", "TestSupport",
    ],
    libraries: [hummingbird, logging, grdb],
    exclude: ["Pages/Goldens", "Pages/browser.py", "Pages/decide.py", "Faults/service.py"]),
  Module(name: "IncidentModelTests", ours: ["IncidentModel"]),
  Module(
    name: "KubernetesDiagnosisTests",
    ours: ["IncidentModel", "TextReading", "KubernetesObjects", "KubernetesDiagnosis"]),
  Module(name: "KubernetesObjectsTests", ours: ["IncidentModel", "TextReading", "KubernetesObjects"]),
  Module(
    name: "LanguageModelsTests",
    ours: ["IncidentModel", "TextReading", "HTTPTransport", "LanguageModels", "TestSupport"]),
  Module(name: "ConfigurationReadingTests", ours: ["ConfigurationReading"]),
  Module(name: "HTTPTransportTests", ours: ["HTTPTransport", "TestSupport"], libraries: ["CZlib"]),
  Module(
    name: "KubernetesAPITests",
    ours: ["ConfigurationReading", "HTTPTransport", "TextReading", "KubernetesObjects", "KubernetesAPI", "TestSupport"]),
  Module(
    name: "PrometheusAPITests",
    ours: ["IncidentModel", "HTTPTransport", "TextReading", "Telemetry", "PrometheusAPI", "Commands", "TestSupport"]),
  Module(
    name: "TelemetryAPITests", ours: ["IncidentModel", "TextReading", "Telemetry", "TelemetryAPI", "TestSupport"]),
  Module(name: "LiveClusterTests", ours: ["KubernetesAPI", "Commands", "TestSupport"]),
  Module(
    name: "ModelGatewayTests", ours: ["HTTPTransport", "LanguageModels", "TextReading", "Commands", "TestSupport"],
    exclude: ["requirements.txt", "gateway.yaml", "gateway.py", "counterpart.py"]),
  Module(
    name: "LabTests",
    ours: ["IncidentModel", "TextReading", "Telemetry", "Shop", "Lab", "TestSupport"]),
  Module(name: "ReportingTests", ours: ["IncidentModel", "Reporting", "TestSupport"], exclude: ["Goldens"]),
  Module(
    name: "ModelContextTests",
    ours: ["IncidentModel", "TextReading", "BlackboardStore", "Reporting", "ModelContext", "TestSupport"],
    exclude: ["Clients"]),
  Module(name: "RootCauseAnalysisTests", ours: ["IncidentModel", "RootCauseAnalysis", "TestSupport"]),
  Module(name: "RunbooksTests", ours: ["IncidentModel", "ConfigurationReading", "Runbooks"]),
  Module(
    name: "RunbookExecutionTests",
    ours: ["IncidentModel", "HTTPTransport", "PrometheusAPI", "Runbooks", "RunbookExecution", "TestSupport"]),
  Module(
    name: "CommandsTests", ours: ["IncidentModel", "TextReading", "Telemetry", "Runbooks", "Commands", "TestSupport"],
    libraries: [argumentParser], exclude: ["Goldens"]),
  Module(
    name: "SignalDetectionTests",
    ours: ["IncidentModel", "TextReading", "KubernetesObjects", "Telemetry", "SignalDetection"]),
  Module(
    name: "SupervisionTests",
    ours: ["IncidentModel", "BlackboardStore", "Telemetry", "Runbooks", "Agents", "Supervision", "TestSupport"]),
  Module(
    name: "TelemetryTests", ours: ["IncidentModel", "TextReading", "KubernetesObjects", "Telemetry"],
    libraries: ["CZlib"]),
]

let package = Package(
  name: "tocsin",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: ["FullFoundation"]),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
  ],
  targets: modules.map { module in
    .target(
      name: module.name, dependencies: module.ours.map { .byName(name: $0) } + module.libraries,
      resources: module.resources, swiftSettings: strictSettings)
  }
    + tests.map { test in
      .testTarget(
        name: test.name, dependencies: test.ours.map { .byName(name: $0) } + test.libraries, exclude: test.exclude,
        swiftSettings: strictSettings)
    }
    + [
      .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
      .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
      .executableTarget(
        name: "tocsin", dependencies: ["Commands"], swiftSettings: strictSettings,
        linkerSettings: [
          .unsafeFlags(staticRuntime, .when(platforms: [.linux], configuration: .release))
        ]),
      .executableTarget(name: "tocsin-shop", dependencies: ["Shop"], swiftSettings: strictSettings),
      .executableTarget(
        name: "tocsin-lab", dependencies: ["Lab", argumentParser], swiftSettings: strictSettings),
    ],
  swiftLanguageModes: [.v6]
)
