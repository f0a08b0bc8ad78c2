import Foundation
import IncidentModel
import Testing

@testable import Runbooks

/// An investigation reads only the runbooks that may be for its findings; the advice is that of the whole library.
@Suite struct UnreadRunbooksTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "runbooks").path

  private func judged(_ fault: FaultKind, cause: String?, object: ClusterObject?) -> JudgedHypothesis {
    let hypothesis = Hypothesis(
      id: "H1", component: "service/cart", componentKind: .service, componentRole: .application, metric: nil,
      fault: fault, cause: cause, object: object, onset: nil, score: 1, confidence: 0.9, statement: "",
      propagation: [], channelShares: [], evidence: [])
    return JudgedHypothesis(hypothesis: hypothesis, critiques: [], confidence: 0.9, isVetoed: false)
  }

  @Test func adviceIsTheSame() throws {
    let whole = try RunbookLibrary(folder: Self.folder)
    let unread = try RunbookLibrary(unreadIn: Self.folder)
    #expect(unread.digest == whole.digest && unread.runbooks.isEmpty)
    let object = ClusterObject(kind: "deployment", namespace: "shop", name: "cart")
    var all = FaultKind.allCases.map { judged($0, cause: nil, object: nil) }
    for cause in Set(whole.runbooks.flatMap(\.appliesTo.causes)).sorted() {
      all.append(judged(.config, cause: cause, object: object))
    }
    for one in all {
      let advice = try unread.reading(for: [one]).remediations(for: [one], serviceMap: ServiceMap())
      #expect(advice == whole.remediations(for: [one], serviceMap: ServiceMap()), "\(one.hypothesis.fault)")
    }
    let few = try unread.reading(for: [judged(.config, cause: "node-cordoned", object: object)])
    #expect(few.runbooks.count < 5 && few.runbooks.contains { $0.name == "uncordon-node" })
  }

  @Test func whatIsWrongIsSaidWhereItIsNeeded() throws {
    let folder = try TemporaryFolder()
    try folder.write(RunbookText.sound, to: "restart-thing.yaml")
    try folder.write("name: broken\ncauses: [disk]\nsteps: {\n", to: "broken.yaml")
    let unread = try RunbookLibrary(unreadIn: folder.path)
    #expect(
      try unread.reading(for: [judged(.memory, cause: nil, object: nil)]).runbooks.map(\.name) == ["restart-thing"])
    let needed = #expect(throws: RunbookError.self) {
      try unread.reading(for: [judged(.disk, cause: nil, object: nil)])
    }
    #expect(needed?.problems.first?.file.hasSuffix("broken.yaml") == true)
    #expect(throws: RunbookError.self) { try RunbookLibrary(folder: folder.path) }
  }

  @Test func findsWordsByTheirBytes() {
    #expect("a: [cpu]".holds("cpu") && "cpu".holds("cpu") && "".holds(""))
    #expect(!"cp".holds("cpu") && !"CPU".holds("cpu") && !"ccp u".holds("cpu"))
  }
}
