import Foundation

/// One page of a list.
struct ListPage {
  var objects: [APIObject] = []
  var resourceVersion = ""
  /// Where the next page goes on; nil at the end.
  var continuation: String?

  /// - Throws: `KubernetesAPIError` for anything that is no list of this resource.
  init(_ scope: ResourceScope, _ body: [UInt8]) throws {
    let resource = scope.resource
    let slices = JSONSlices(bytes: body)
    func malformed(_ detail: String) -> KubernetesAPIError {
      KubernetesAPIError(.malformed, resource.qualifiedName, detail: detail)
    }
    do {
      let members = try slices.members(slices.all)
      let kind = members.first { slices.has($0.key, "kind") }.flatMap { slices.text($0.value) } ?? ""
      let expected = resource.isMetadataOnly ? "PartialObjectMetadataList" : resource.kind + "List"
      // Values that were not asked for must not be touched.
      guard kind == expected else { throw malformed("a \(expected) was asked for, not “\(kind.prefix(60))”") }
      for member in members {
        if slices.has(member.key, "metadata") {
          for field in try slices.members(member.value) {
            if slices.has(field.key, "resourceVersion") { resourceVersion = slices.text(field.value) ?? "" }
            if slices.has(field.key, "continue"), let text = slices.text(field.value), !text.isEmpty {
              continuation = text
            }
          }
        } else if slices.has(member.key, "items") {
          objects = try slices.elements(member.value).map { range throws(JSONSlices.Malformed) in
            try APIObject(scope, slices, range)
          }
        }
      }
    } catch let error as JSONSlices.Malformed {
      throw malformed("the list is not JSON at byte \(error.position)")
    }
  }
}

/// What the API says of a failure.
struct APIStatus: Decodable {
  var kind: String?
  var message: String?
  var reason: String?
  var code: Int?
  var details: Details?

  struct Details: Decodable {
    var retryAfterSeconds: Double?
  }

  init?(_ body: [UInt8]) {
    guard let status = try? JSONDecoder().decode(APIStatus.self, from: Data(body)), status.kind == "Status" else {
      return nil
    }
    self = status
  }

  /// One line that is not too long.
  var words: String {
    String((message ?? reason ?? "").prefix(300).map { $0.isNewline ? " " : $0 })
  }
}
