import IncidentModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension IncidentReport {
  package init(_ snapshot: BlackboardSnapshot) {
    self = AssembledReport(snapshot).document
  }

  /// One JSON document with sorted keys and a newline at its end.
  ///
  /// Characters that steer a terminal or the direction of text are written as `\uXXXX`, so that the document keeps
  /// every name exactly and can still be printed.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    return UntrustedText.escapingInvisibleCharacters(inJSON: text) + "\n"
  }
}
