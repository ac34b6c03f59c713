import FileAccess
import Testing

@testable import PythonInterface

@Suite("Growing memory")
struct GrowingMemoryTests {
  private static let cacheLineByteCount = 64

  private func noMemory() { Issue.record("the system gives no memory") }

  /// Fills memory with numbers from the first on, and checks those before.
  private func fill(_ memory: borrowing GrowingMemory, from first: Int, to end: Int) {
    // Safe: there is room for `end` numbers.
    let numbers = unsafe memory.start.bindMemory(to: Int.self, capacity: end)
    #expect(Int(bitPattern: numbers) % Self.cacheLineByteCount == 0)
    #expect((0..<first).allSatisfy { unsafe numbers[$0] == $0 &* 7 })
    for index in first..<end { unsafe numbers[index] = index &* 7 }
  }

  @Test("keeps its content while it grows, when it is handed over, and if there is no more")
  func growth() {
    guard var memory = GrowingMemory(byteCount: 8) else { return noMemory() }
    var count = 0
    for end in [1, 100, 513, 600_000, 600_001, 5_000_000] {
      let hasGrown = memory.grow(to: 8 * end)
      let room = memory.byteCount
      #expect(hasGrown && room >= 8 * end)
      fill(memory, from: count, to: end)
      count = end
    }
    let before = memory.byteCount
    let hasGrown = memory.grow(to: 1 << 60)
    let after = memory.byteCount
    #expect(!hasGrown && after == before)
    fill(memory, from: count, to: count)
    let start = unsafe memory.handedOver(byteCount: 8 * 1000)
    // Safe: these bytes were kept.
    let numbers = unsafe start.assumingMemoryBound(to: Int.self)
    #expect((0..<1000).allSatisfy { unsafe numbers[$0] == $0 &* 7 })
    unsafe GrowingMemory.free(start)
  }

  @Test("has no more than it is asked for when it is handed over")
  func size() {
    for byteCount in [0, 1, 4096 - 64, 4096, 10_000_000] {
      guard var memory = GrowingMemory(byteCount: byteCount), memory.grow(to: byteCount) else {
        return noMemory()
      }
      let start = unsafe memory.handedOver(byteCount: byteCount)
      // Safe: the size is in front of what was handed over.
      let mapped = unsafe (start - Self.cacheLineByteCount).load(as: Int.self)
      #expect(mapped >= byteCount + Self.cacheLineByteCount)
      #expect(mapped < byteCount + Self.cacheLineByteCount + pageByteCount)
      unsafe GrowingMemory.free(start)
    }
  }

  @Test("is nobody else's, with many users at once")
  func manyUsers() async {
    let wrongCount = await withTaskGroup(of: Int.self) { group in
      for user in 0..<8 {
        group.addTask {
          (0..<200).count { round in
            let count = 1000 * (1 + (user + round) % 9)
            guard var memory = GrowingMemory(byteCount: 100), memory.grow(to: 8 * count) else {
              return true
            }
            // Safe: there is room for `count` numbers.
            let start = unsafe memory.start.bindMemory(to: Int.self, capacity: count)
            for index in 0..<count { unsafe start[index] = user }
            let found = unsafe memory.handedOver(byteCount: 8 * count)
            // Safe: as above.
            let numbers = unsafe found.assumingMemoryBound(to: Int.self)
            let isOwn = (0..<count).allSatisfy { unsafe numbers[$0] == user }
            unsafe GrowingMemory.free(found)
            return !isOwn
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrongCount == 0)
  }
}
