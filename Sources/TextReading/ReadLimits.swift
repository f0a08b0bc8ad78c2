/// Bounds on what is read from files that others wrote. Reaching one is a `DatasetError`.
package struct ReadLimits: Hashable, Sendable {
  package var maximumFileBytes: Int = 4 << 30
  /// After decompression.
  package var maximumExpandedBytes: Int = 4 << 30
  package var maximumLineBytes: Int = 8 << 20
  package var maximumJSONDepth: Int = 128

  package init() {}
}
