import EventData
import Testing

@Suite("A data set's schema")
struct DataSetSchemaTests {
  private func schema(_ names: [String], classCount: Int = 2) -> DataSetSchema {
    DataSetSchema(
      name: "made", sensor: .dvs128, classNames: (0..<classCount).map { "\($0)" },
      columns: names.map { AttributeColumn($0, .integer) }, splitRule: "")
  }

  @Test("accepts only attribute names that are valid in HDF5")
  func attributeNames() {
    let usable = ["a", "..", ".a", "a b", "âge", "labels", "a\u{1B}", #"a\b"#]
    #expect(schema(usable).defect == nil)
    for name in ["", ".", "/", "a/b", "a\0", "\0"] {
      #expect(
        schema(["a", name]).defect
          == "the name of an attribute expected, not empty, not '.' and without '/' and zeros, "
          + "'\(name)' found")
    }
  }

  @Test("rejects duplicate attribute names, in any Unicode form")
  func equalNames() {
    for name in ["\u{E2}ge", "a\u{302}ge"] {
      #expect(
        schema(["âge", name]).defect
          == "attributes of different names expected, '\(name)' found twice")
    }
  }

  @Test("rejects more classes or attributes than a cache can store")
  func counts() {
    #expect(schema([], classCount: 65_535).defect == nil)
    #expect(schema([], classCount: 0).defect == "1 to 65535 classes expected, 0 found")
    #expect(schema([], classCount: 65_536).defect == "1 to 65535 classes expected, 65536 found")
    #expect(schema((0..<1000).map { "\($0)" }).defect == nil)
    #expect(
      schema((0..<1001).map { "\($0)" }).defect == "at most 1000 attributes expected, 1001 found")
  }
}
