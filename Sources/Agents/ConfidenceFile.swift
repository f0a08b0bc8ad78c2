import ConfigurationReading
import IncidentModel
import LanguageModels
import RootCauseAnalysis

/// The file that says how sure an answer is, `agents/calibration/confidence.yaml`: coefficients, what they were fitted
/// on, and how well they did. `tocsin calibrate` writes it; people read it.
package struct ConfidenceFile: Hashable, Sendable {
  package var model: ConfidenceModel
  package var origin: Origin
  package var measured: Measured

  /// What the coefficients come from.
  package struct Origin: Hashable, Sendable {
    /// The day of the fit, `yyyy-mm-dd`.
    package var day: String
    /// Of the program that fitted.
    package var version: String
    /// The strength of the L2 penalty.
    package var penalty: Double
    /// How many abstentions one wrong answer costs.
    package var costOfWrongAnswer: Double
    package var datasets: [Dataset]

    package init(day: String, version: String, penalty: Double, costOfWrongAnswer: Double, datasets: [Dataset]) {
      self.day = day
      self.version = version
      self.penalty = penalty
      self.costOfWrongAnswer = costOfWrongAnswer
      self.datasets = datasets
    }
  }

  /// One replay that was learnt from.
  package struct Dataset: Hashable, Sendable {
    package var name: String
    package var adapter: String
    package var isBlind: Bool
    /// First answers, and how many of them were right; answers on fault-free telemetry are among them, as wrong.
    package var answers: Int
    package var right: Int
    /// `sha256:<hex>` over the digests of the cases' input, in the order of the cases' names.
    package var input: String

    package init(name: String, adapter: String, isBlind: Bool, answers: Int, right: Int, input: String) {
      self.name = name
      self.adapter = adapter
      self.isBlind = isBlind
      self.answers = answers
      self.right = right
      self.input = input
    }
  }

  /// Expected calibration errors, each the mean over datasets, and the share of wrong ones among answers at 0.8
  /// or more.
  package struct Measured: Hashable, Sendable {
    package var inSample: Double
    package var leaveOneDatasetOut: Double
    /// Nil where nothing was held out.
    package var heldOut: Double?
    package var wrongAndConfident: Double

    package init(inSample: Double, leaveOneDatasetOut: Double, heldOut: Double?, wrongAndConfident: Double) {
      self.inSample = inSample
      self.leaveOneDatasetOut = leaveOneDatasetOut
      self.heldOut = heldOut
      self.wrongAndConfident = wrongAndConfident
    }
  }

  package init(model: ConfidenceModel, origin: Origin, measured: Measured) {
    self.model = model
    self.origin = origin
    self.measured = measured
  }

  /// Where the file lies in a folder of agents.
  package static func path(inAgents folder: String) -> String { folder + "/calibration/confidence.yaml" }
}

extension ConfidenceFile {
  private static let topKeys = KeyTable(
    required: ["fitted", "measured", "abstainBelow", "intercept", "weights"], optional: ["caution"])
  private static let originKeys = KeyTable(
    required: ["day", "version", "penalty", "costOfWrongAnswer", "datasets"])
  private static let datasetKeys = KeyTable(required: ["name", "adapter", "blind", "answers", "right", "input"])
  private static let measuredKeys = KeyTable(
    required: ["inSample", "leaveOneDatasetOut", "wrongAndConfident"], optional: ["heldOut"])
  private static let coefficients = -100.0...100.0

  /// No key is known but these, and all but `heldOut` and `caution`, which is 1 without, are required.
  /// - Throws: `ProjectFileError` with file, line and column.
  package init(file: String) throws(ProjectFileError) {
    let top = try StrictValue<ProjectFileError>(yaml: try ProjectFile.read(file), file: file).mapping(Self.topKeys)
    let weights = try top.value("weights").mapping(KeyTable(optional: AnswerFeature.allCases.map(\.rawValue)))
    var byFeature: [AnswerFeature: Double] = [:]
    for feature in AnswerFeature.allCases {
      guard let value = weights[feature.rawValue] else { continue }
      byFeature[feature] = try value.number(in: Self.coefficients)
    }
    model = ConfidenceModel(
      intercept: try top.value("intercept").number(in: Self.coefficients), weights: byFeature,
      caution: try top["caution"]?.number(in: 1...10) ?? 1,
      abstentionLine: try top.value("abstainBelow").number(in: 0...1))
    origin = try Self.origin(try top.value("fitted").mapping(Self.originKeys))
    let measured = try top.value("measured").mapping(Self.measuredKeys)
    self.measured = Measured(
      inSample: try measured.value("inSample").number(in: 0...1),
      leaveOneDatasetOut: try measured.value("leaveOneDatasetOut").number(in: 0...1),
      heldOut: try measured["heldOut"]?.number(in: 0...1),
      wrongAndConfident: try measured.value("wrongAndConfident").number(in: 0...1))
  }

  private static func origin(
    _ mapping: StrictMapping<ProjectFileError>
  ) throws(ProjectFileError) -> Origin {
    var datasets: [Dataset] = []
    for entry in try mapping.value("datasets").list() {
      let entry = try entry.mapping(datasetKeys)
      datasets.append(
        Dataset(
          name: try entry.value("name").text(), adapter: try entry.value("adapter").text(),
          isBlind: try entry.value("blind").flag(), answers: try entry.value("answers").integer(in: 0...10_000_000),
          right: try entry.value("right").integer(in: 0...10_000_000), input: try entry.value("input").text()))
    }
    return Origin(
      day: try mapping.value("day").text(), version: try mapping.value("version").text(),
      penalty: try mapping.value("penalty").number(in: 0...1000),
      costOfWrongAnswer: try mapping.value("costOfWrongAnswer").number(in: 1...1000), datasets: datasets)
  }
}

extension ConfidenceFile {
  /// The file's text; reading it gives the same value again.
  package var yaml: String {
    var lines = [
      "# Written by tocsin calibrate; fit it again rather than edit it. docs/evaluation.md says how to read it.",
      "fitted:",
      "  day: \(origin.day)",
      "  version: \(origin.version)",
      "  penalty: \(origin.penalty)",
      "  costOfWrongAnswer: \(origin.costOfWrongAnswer)",
      "  datasets:",
    ]
    for dataset in origin.datasets {
      lines += [
        "    - name: \(Self.quoted(dataset.name))",
        "      adapter: \(Self.quoted(dataset.adapter))",
        "      blind: \(dataset.isBlind)",
        "      answers: \(dataset.answers)",
        "      right: \(dataset.right)",
        "      input: \(dataset.input)",
      ]
    }
    lines += [
      "measured:",
      "  inSample: \(measured.inSample)",
      "  leaveOneDatasetOut: \(measured.leaveOneDatasetOut)",
    ]
    if let heldOut = measured.heldOut { lines.append("  heldOut: \(heldOut)") }
    lines += [
      "  wrongAndConfident: \(measured.wrongAndConfident)",
      "abstainBelow: \(model.abstentionLine)",
      "caution: \(model.caution)",
      "intercept: \(model.intercept)",
      "weights:",
    ]
    lines += AnswerFeature.allCases.compactMap { feature in
      model.weights[feature].map { "  \(feature.rawValue): \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}
