import Testing

@testable import Threads

@Suite("A team of threads", .timeLimit(.minutes(30)))
struct ThreadTeamTests {
  /// The calls, in the order in which they began, and how often scratch was made.
  final class Record: @unchecked Sendable {
    private let lock = Lock()
    private var numbers: [Int] = []
    private var scratchCount = 0
    func add(_ number: Int) { lock.withLock { numbers.append(number) } }
    func addScratch() { lock.withLock { scratchCount += 1 } }
    var all: [Int] { lock.withLock { numbers } }
    var scratches: Int { lock.withLock { scratchCount } }
  }

  @Test("the body is called once with each number", arguments: [0, 1, 2, 7, 1000], [1, 2, 5, 40])
  func eachNumberOnce(_ count: Int, _ threadCount: Int) {
    let team = ThreadTeam(threadCount: threadCount)
    #expect(team.threadCount == threadCount)
    for _ in 0..<3 {
      let record = Record()
      team.forEach(count, scratch: { record.addScratch() }, { number, _ in record.add(number) })
      #expect(record.all.sorted() == Array(0..<count))
      #expect(record.scratches <= min(threadCount, count))
    }
  }

  @Test("a loop sees what the loop before it wrote, even if both are short")
  func manyLoops() {
    let team = ThreadTeam(threadCount: 4)
    let values = Values()
    for round in 1...5000 {
      team.forEach(8, scratch: {}, { number, _ in values[number] += 1 })
      team.forEach(8, scratch: {}, { number, _ in values[number + 8] = values[7 - number] })
      guard (0..<8).allSatisfy({ values[$0] == values[15 - $0] }) else {
        Issue.record("round \(round)")
        return
      }
    }
    #expect(values[0] == 5000)
  }

  /// Values without a lock; in each loop, only one thread accesses an element that it writes.
  @safe final class Values: @unchecked Sendable {
    private let elements = UnsafeMutablePointer<Int>.allocate(capacity: 16)
    init() { unsafe elements.initialize(repeating: 0, count: 16) }
    deinit { unsafe elements.deallocate() }
    subscript(_ index: Int) -> Int {
      get { unsafe elements[index] }
      set { unsafe elements[index] = newValue }
    }
  }

  @Test("several teams run loops at the same time")
  func teams() {
    let record = Record()
    forEachInParallel(count: 4, threadCount: 4) { _, first in
      let team = ThreadTeam(threadCount: 3)
      for round in 0..<100 {
        team.forEach(3, scratch: {}, { number, _ in record.add(first * 1000 + round * 3 + number) })
      }
    }
    #expect(record.all.sorted() == (0..<4).flatMap { first in (0..<300).map { first * 1000 + $0 } })
  }

  @Test("if the system provides fewer threads, those do all the work", arguments: [0, 2])
  func fewer(available: Int) {
    var started = 0
    let team = ThreadTeam(threadCount: 8) { body in
      guard started < available else { return nil }
      started += 1
      return JoinableThread(body)
    }
    #expect(team.threadCount == available + 1)
    let record = Record()
    team.forEach(100, scratch: {}, { number, _ in record.add(number) })
    #expect(record.all.sorted() == Array(0..<100))
  }
}
