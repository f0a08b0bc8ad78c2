import TextReading

/// Every format that can be read, in the order in which folders are tried.
package enum AdapterCatalog {
  package static let all: [any DatasetAdapter.Type] = [
    CaseFolderAdapter.self,
    PetShopAdapter.self,
    RCAEvalAdapter.self,
    NezhaAdapter.self,
    AlertSetAdapter.self,
    KubernetesAdapter.self,
    OTLPAdapter.self,
  ]

  package static var names: [String] { all.map { $0.name } }

  /// The adapter for a dataset or a single case: by its name, by what `dataset.yaml` says, or by what the folder looks
  /// like.
  ///
  /// - Throws: `DatasetError` when the folder is missing, no adapter has the name, or none recognises the folder.
  package static func adapter(named name: String?, for folder: String) throws -> any DatasetAdapter {
    if name == nil || name == KubernetesAdapter.name, KubernetesAdapter.isFile(folder) {
      return try KubernetesAdapter(folder: folder)
    }
    let place = try DatasetFolder(folder)
    if let name = try name ?? DatasetDescription(in: place)?.adapter {
      guard let adapter = all.first(where: { $0.name == name }) else {
        throw DatasetError(
          file: folder, message: "there is no adapter “\(name)”; there are \(names.joined(separator: ", "))")
      }
      return try adapter.init(folder: folder)
    }
    for adapter in all where adapter.recognises(folder) { return try adapter.init(folder: folder) }
    let searched = all.map { "\($0.name) (\($0.recognisedBy))" }.joined(separator: "; ")
    throw DatasetError(
      file: folder,
      message: "this is no case or dataset that is known here. Looked for: \(searched). "
        + "With --adapter a format can be named.")
  }
}
