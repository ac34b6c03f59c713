import EventData
import Testing

@Suite("The names and numbers of classes in text")
struct ClassNamesTests {
  @Test("gestures have the number of label files and the label")
  func gestures() {
    let names = ClassNames(["hand_clapping", "right_hand_wave"], areGestures: true)
    #expect(names.title(of: 1) == "2 right_hand_wave (label 1)")
    #expect(names.text(of: 1) == "2 right_hand_wave")
    #expect(names.classNumber(of: 1) == 2)
    #expect(names.name(of: 2) == "?")
  }

  @Test("other classes have only labels")
  func others() {
    let names = ClassNames(["0", "car"], areGestures: false)
    #expect(names.title(of: 0) == "0" && names.title(of: 1) == "1 car")
    #expect(names.classNumber(of: 1) == nil)
  }
}
