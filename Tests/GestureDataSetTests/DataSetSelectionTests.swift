import Support
import Testing

@testable import GestureDataSet

@Suite struct DataSetSelectionTests {
  @Test("the description is canonical, independent of the order of the parts")
  func descriptions() {
    #expect(DataSetSelection().description == "all")
    #expect(DataSetSelection(subjects: [10, 2, 1]).description == "subjects=1,2,10")
    #expect(
      DataSetSelection(subjects: [3], lightings: ["led", "fluorescent_led"], gestures: [.armRoll])
        .description == "subjects=3 lightings=fluorescent_led,led classes=8")
  }

  @Test("parsing a description restores the selection")
  func roundTrip() {
    var generator = SeededGenerator(printingSeedFor: "selection round trip")
    func some<Value: Hashable>(_ values: [Value]) -> Set<Value>? {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: nil
      case 1: []
      default: Set(values.filter { _ in Bool.random(using: &generator) })
      }
    }
    for _ in 0..<500 {
      let selection = DataSetSelection(
        subjects: some([0, 1, 2, 10, 29, 255]), lightings: some(RecordingName.officialLightings),
        gestures: some(Gesture.allCases))
      #expect(DataSetSelection(selection.description) == selection, "\(selection)")
    }
  }

  @Test(
    "any other text is rejected",
    arguments: [
      "", " ", "All", "all ", "subjects", "subjects=a", "subjects=256", "subjects=1,1",
      "subjects=2,1", "subjects=01", "subjects=+1", "subjects=1,", "subjects=1  classes=2",
      "classes=0", "classes=12", "classes=2 subjects=1", "subjects=1 subjects=1", "other=1",
      "subjects=1 all", "=1",
    ])
  func otherTexts(_ text: String) {
    #expect(DataSetSelection(text) == nil)
  }

  @Test("a selection includes what it names, or everything when it names nothing")
  func inclusion() throws {
    let name = try #require(RecordingName("user03_led"))
    #expect(DataSetSelection().isEverything && DataSetSelection().includes(name))
    #expect(DataSetSelection(subjects: [3], lightings: ["led"]).includes(name))
    #expect(!DataSetSelection(subjects: [3], lightings: ["lab"]).includes(name))
    #expect(!DataSetSelection(subjects: []).includes(name))
    #expect(!DataSetSelection(subjects: []).isEverything)
    #expect(DataSetSelection(gestures: [.armRoll]).includes(.armRoll))
    #expect(!DataSetSelection(gestures: [.armRoll]).includes(.airDrums))
  }
}
