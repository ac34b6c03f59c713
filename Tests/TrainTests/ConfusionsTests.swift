import FoundationEssentials
import Testing

@testable import Train

@Suite("Confusions of many classes")
struct ConfusionsTests {
  private func table(_ classCount: Int) -> Confusions {
    var table = Confusions(classCount: classCount)
    table.add(3, of: 0, takenFor: 0)
    table.add(2, of: 1, takenFor: classCount - 1)
    table.add(of: 1, takenFor: 0)
    table.add(5, of: classCount - 1, takenFor: 1)
    return table
  }

  @Test("know each class's mistakes, the worst class first")
  func mistakes() {
    let table = table(1000)
    #expect(table.worstClasses == [999, 1])
    #expect(table.sampleCount(of: 1) == 3 && table.mistakeCount(of: 0) == 0)
    #expect(table.commonestMistake(of: 1)?.prediction == 999)
    #expect(table.commonestMistake(of: 0) == nil)
  }

  @Test("are the same after JSON, in rows or in cells", arguments: [3, 50, 51, 1000])
  func json(classCount: Int) throws {
    let table = table(classCount)
    let bytes = try JSONEncoder().encode(table)
    #expect(try JSONDecoder().decode(Confusions.self, from: bytes) == table)
    #expect((bytes.first == UInt8(ascii: "[")) == (classCount <= 50))
    #expect(bytes.count < 10_000)
  }

  @Test(
    "refuse what is no table",
    arguments: [
      "{\"classes\":0,\"cells\":[]}", "{\"classes\":60,\"cells\":[[60,0,1]]}",
      "{\"classes\":60,\"cells\":[[0,-1,1]]}", "{\"classes\":60,\"cells\":[[0,1]]}",
      "{\"classes\":60,\"cells\":[[0,1,-1]]}", "[]", "[[1,2]]",
    ])
  func damage(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Confusions.self, from: Data(text.utf8))
    }
  }
}
