import HTTPTransport

/// A model with what it costs; the one after it is asked where it gives no answer.
package struct ModelRung: Sendable {
  package var model: any LanguageModel
  package var price: TokenPrice

  package init(_ model: any LanguageModel, price: TokenPrice = .free) {
    self.model = model
    self.price = price
  }
}

/// The models of one run, from which each investigation gets its own.
///
/// Cache, transcript, breakers and the accounts of storms and hours are shared by all investigations; loops and what was
/// spent are each one's own. What depends on time or on other investigations lies below the transcript, so that a replay
/// sees it decided as it was.
package struct ModelSession: Sendable {
  private enum Source {
    case asked([ModelRung], cache: SharedAnswers)
    case replayed(Transcript)
  }

  /// The first model's, and in a replay that of the one that was recorded.
  package let name: String
  private let source: Source
  private let keeper: BudgetKeeper
  private let recording: Recording?
  private let timing: Timing

  /// - Parameter rungs: the best first.
  package init(_ rungs: [ModelRung], budget: ModelBudget, recording: Recording? = nil, timing: Timing) {
    name = rungs.first?.model.name ?? "none"
    source = .asked(
      rungs.map { ModelRung(RetryingModel($0.model, timing: timing), price: $0.price) }, cache: CachedModel.memory())
    keeper = BudgetKeeper(budget)
    self.recording = recording
    self.timing = timing
  }

  /// Answers from the transcript alone.
  package init(replaying transcript: Transcript) {
    name = transcript.model ?? "none"
    source = .replayed(transcript)
    keeper = BudgetKeeper(ModelBudget())
    recording = nil
    timing = Timing(seed: 0, nowSeconds: { 0 }, sleep: { _ in })
  }

  /// - Parameter storm: names what the incident shares with others that are one storm of alerts.
  package func model(forIncident incident: String, storm: String? = nil) -> MeteredModel {
    switch source {
    case .replayed(let transcript): return MeteredModel(ReplayedModel(transcript, incident: incident))
    case .asked(let rungs, let cache):
      let budgeted = rungs.map { rung -> any LanguageModel in
        BudgetedModel(
          rung.model, price: rung.price, keeper: keeper, incident: incident, storm: storm, timing: timing)
      }
      let cached = CachedModel(ModelLadder(budgeted, timing: timing), sharing: cache, timing: timing)
      guard let recording else { return MeteredModel(cached) }
      return MeteredModel(RecordedModel(cached, recording: recording, incident: incident))
    }
  }
}
