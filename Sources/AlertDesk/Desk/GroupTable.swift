/// The groups that there are, each under a number that it keeps for as long as it exists.
///
/// Places in an array, used again: a group costs its own size, not a hash table's share of it.
struct GroupTable: Hashable, Sendable {
  private var places: [AlertGroup?] = []
  /// Numbers that are free, the next to be given out last.
  private(set) var free: [Int] = []
  private var numbers: [AlertGroup.Identity: Int32] = [:]

  var count: Int { places.count - free.count }

  /// By number; nil where the group has gone.
  subscript(number: Int) -> AlertGroup? {
    get { number < places.count ? places[number] : nil }
    _modify { yield &places[number] }
  }

  func number(of identity: AlertGroup.Identity) -> Int? { numbers[identity].map(Int.init) }

  mutating func insert(_ group: AlertGroup) -> Int {
    let number = free.popLast() ?? places.count
    if number == places.count { places.append(group) } else { places[number] = group }
    numbers[group.identity] = Int32(number)
    return number
  }

  mutating func remove(_ number: Int) {
    guard let group = self[number] else { return }
    places[number] = nil
    numbers[group.identity] = nil
    free.append(number)
  }

  /// By number.
  var all: [(number: Int, group: AlertGroup)] {
    places.enumerated().compactMap { number, group in group.map { (number, $0) } }
  }
}

extension GroupTable {
  /// As `all` and `free` gave them.
  init(all: [(number: Int, group: AlertGroup)], free: [Int]) {
    places = Array(repeating: nil, count: all.count + free.count)
    self.free = free
    for (number, group) in all where places.indices.contains(number) {
      places[number] = group
      numbers[group.identity] = Int32(number)
    }
  }
}
