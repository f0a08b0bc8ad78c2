import IncidentModel

/// Boxes in rows by call depth, callers above, no row wider than asked: layers of bounded width (after Coffman and
/// Graham 1972), ordered by the mean place of their neighbours (Sugiyama, Tagawa and Toda 1981).
struct MapLayout {
  /// In the order of the neighbourhood's places: row from the top, column from the left.
  private(set) var cells: [Cell]
  /// How many boxes stand in each row.
  private(set) var rowSizes: [Int]

  struct Cell: Hashable {
    var row = 0
    var column = 0
  }

  init(_ neighbourhood: MapNeighbourhood, columns: Int) {
    let count = neighbourhood.places.count
    var position: [ComponentID: Int] = [:]
    for (index, place) in neighbourhood.places.enumerated() { position[place.component] = index }
    func edges(_ calls: [ServiceMap.Call]) -> [(from: Int, to: Int)] {
      calls.compactMap { call in
        guard let from = position[call.from], let to = position[call.to], from != to else { return nil }
        return (from, to)
      }
    }
    // A failure climbs from what is called to who calls, so its hops order the rows as calls do.
    let hops = edges(neighbourhood.spread.map { ServiceMap.Call(from: $0.to, to: $0.from) })
    var below = [[Int]](repeating: [], count: count)
    for edge in hops + edges(neighbourhood.calls + neighbourhood.parts) where !below[edge.from].contains(edge.to) {
      below[edge.from].append(edge.to)
    }
    // The path is followed first, so that where calls form a cycle another edge is the one that points up.
    let graph = Self.withoutCycles(below, startingAt: hops.last?.from)
    let rows = Self.rows(graph, columns: columns) { node in
      (neighbourhood.places[node].standing == .bystander ? 1 : 0, graph[node].isEmpty ? 1 : 0)
    }
    let ordered = Self.ordered(rows, graph, heavy: Set(hops.flatMap { [[$0.from, $0.to], [$0.to, $0.from]] }))
    cells = [Cell](repeating: Cell(), count: count)
    rowSizes = ordered.map(\.count)
    for (row, nodes) in ordered.enumerated() {
      for (column, node) in nodes.enumerated() { cells[node] = Cell(row: row, column: column) }
    }
  }

  /// Drops the edges that close a cycle, by depth-first search in a fixed order.
  private static func withoutCycles(_ below: [[Int]], startingAt first: Int?) -> [[Int]] {
    var kept = [[Int]](repeating: [], count: below.count)
    // 0 unseen, 1 on the current path, 2 done.
    var state = [Int](repeating: 0, count: below.count)
    let hasCaller = Set(below.joined())
    let roots = [first].compactMap { $0 } + below.indices.filter { !hasCaller.contains($0) } + Array(below.indices)
    for root in roots where state[root] == 0 {
      var stack = [(node: root, next: 0)]
      state[root] = 1
      while let top = stack.last {
        guard top.next < below[top.node].count else {
          state[top.node] = 2
          stack.removeLast()
          continue
        }
        stack[stack.count - 1].next += 1
        let child = below[top.node][top.next]
        if state[child] == 1 { continue }
        kept[top.node].append(child)
        if state[child] == 0 {
          state[child] = 1
          stack.append((child, 0))
        }
      }
    }
    return kept
  }

  /// Each node below its callers; where a row is full, in the next. What matters and what calls others goes first,
  /// so that it is the leaves that move down.
  private static func rows(_ graph: [[Int]], columns: Int, rank: (Int) -> (Int, Int)) -> [[Int]] {
    var waiting = [Int](repeating: 0, count: graph.count)
    for child in graph.joined() { waiting[child] += 1 }
    var lowest = [Int](repeating: 0, count: graph.count)
    var rows: [[Int]] = []
    var ready = graph.indices.filter { waiting[$0] == 0 }
    while !ready.isEmpty {
      ready.sort { (rank($0).0, rank($0).1, lowest[$0], $0) < (rank($1).0, rank($1).1, lowest[$1], $1) }
      let node = ready.removeFirst()
      var row = lowest[node]
      while row < rows.count, rows[row].count >= columns { row += 1 }
      while rows.count <= row { rows.append([]) }
      rows[row].append(node)
      for child in graph[node] {
        lowest[child] = max(lowest[child], row + 1)
        waiting[child] -= 1
        if waiting[child] == 0 { ready.append(child) }
      }
    }
    return rows
  }

  /// Four sweeps, down and up, that put each node at the mean place of its neighbours; heavy edges pull threefold.
  private static func ordered(_ rows: [[Int]], _ graph: [[Int]], heavy: Set<[Int]>) -> [[Int]] {
    var above = [[Int]](repeating: [], count: graph.count)
    for (node, children) in graph.enumerated() { for child in children { above[child].append(node) } }
    var rows = rows
    var place = [Double](repeating: 0.5, count: graph.count)
    func note(_ row: [Int]) {
      for (index, node) in row.enumerated() { place[node] = (Double(index) + 0.5) / Double(row.count) }
    }
    rows.forEach(note)
    for sweep in 0..<4 {
      let isDown = sweep % 2 == 0
      for index in isDown ? Array(rows.indices) : rows.indices.reversed() {
        let keyed = rows[index].map { node -> (key: Double, node: Int) in
          let neighbours = isDown ? above[node] : graph[node]
          var (sum, weight) = (0.0, 0.0)
          for neighbour in neighbours {
            let pull = heavy.contains([node, neighbour]) ? 3.0 : 1
            sum += place[neighbour] * pull
            weight += pull
          }
          return (weight > 0 ? sum / weight : place[node], node)
        }
        rows[index] = keyed.sorted { ($0.key, $0.node) < ($1.key, $1.node) }.map(\.node)
        note(rows[index])
      }
    }
    return rows
  }
}
