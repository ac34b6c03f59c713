import FoundationEssentials
import Testing

@testable import Train

@Suite("A confusion matrix")
struct ConfusionMatrixTests {
  private func matrix(_ classCount: Int) -> ConfusionMatrix {
    var matrix = ConfusionMatrix(classCount: classCount)
    matrix.add(3, of: 0, predictedAs: 0)
    matrix.add(2, of: 1, predictedAs: classCount - 1)
    matrix.add(of: 1, predictedAs: 0)
    matrix.add(5, of: classCount - 1, predictedAs: 1)
    return matrix
  }

  @Test("counts the mistakes of each class, and sorts the worst classes first")
  func mistakes() {
    let matrix = matrix(1000)
    #expect(matrix.worstClasses == [999, 1])
    #expect(matrix.sampleCount(of: 1) == 3 && matrix.mistakeCount(of: 0) == 0)
    #expect(matrix.mostFrequentMistake(of: 1)?.prediction == 999)
    #expect(matrix.mostFrequentMistake(of: 0) == nil)
  }

  @Test("is equal after encoding and decoding, as rows or as cells", arguments: [3, 50, 51, 1000])
  func json(classCount: Int) throws {
    let matrix = matrix(classCount)
    let bytes = try JSONEncoder().encode(matrix)
    #expect(try JSONDecoder().decode(ConfusionMatrix.self, from: bytes) == matrix)
    #expect((bytes.first == UInt8(ascii: "[")) == (classCount <= 50))
    #expect(bytes.count < 10_000)
  }

  @Test(
    "rejects invalid JSON",
    arguments: [
      "{\"classes\":0,\"cells\":[]}", "{\"classes\":60,\"cells\":[[60,0,1]]}",
      "{\"classes\":60,\"cells\":[[0,-1,1]]}", "{\"classes\":60,\"cells\":[[0,1]]}",
      "{\"classes\":60,\"cells\":[[0,1,-1]]}", "[]", "[[1,2]]",
    ])
  func damage(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ConfusionMatrix.self, from: Data(text.utf8))
    }
  }
}
