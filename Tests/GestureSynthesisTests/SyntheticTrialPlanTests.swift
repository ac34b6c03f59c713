import Testing

@testable import GestureSynthesis

@Suite("Plans of synthetic recordings")
struct SyntheticTrialPlanTests {
  @Test("the full plan is the data set's 98 and 24 recordings, in the order of its lists")
  func allTrials() throws {
    let plan = try SyntheticTrialPlan(trainCount: 98, testCount: 24)
    #expect(plan.train == SyntheticTrialPlan.allTrain)
    #expect(plan.train.count == 98)
    #expect(plan.test.count == 24)
    #expect(Set(plan.train + plan.test).count == 122)
    let names = plan.train.map(\.name)
    #expect(
      names.prefix(5) == [
        "user01_fluorescent", "user01_fluorescent_led", "user01_lab", "user01_led",
        "user01_natural",
      ])
    #expect(names.last == "user23_led")
    #expect(names.filter { $0.hasPrefix("user12") } == ["user12_fluorescent_led", "user12_led"])
    #expect(names == names.sorted())
    #expect(plan.test.map(\.name).first == "user24_fluorescent")
    #expect(plan.test.map(\.name).last == "user29_natural")
    // The recordings of each lighting, over both lists.
    let counts = SyntheticLighting.allCases.map { lighting in
      (plan.train + plan.test).count { $0.lighting == lighting }
    }
    #expect(counts == [28, 27, 20, 27, 20])
  }

  @Test(
    "a small plan has different subjects and more than one lighting", arguments: 2...23)
  func spreading(trainCount: Int) throws {
    let plan = try SyntheticTrialPlan(trainCount: trainCount, testCount: min(6, trainCount))
    #expect(plan.train.map(\.subject) == Array(1...trainCount))
    #expect(Set(plan.train.map(\.lighting)).count > 1)
    #expect(plan.test.map(\.subject) == Array(24..<24 + min(6, trainCount)))
    #expect(Set(plan.train).isSubset(of: SyntheticTrialPlan.allTrain))
  }

  @Test("a larger plan keeps the recordings of every smaller one")
  func nesting() throws {
    var last = Set<SyntheticTrial>()
    for count in 0...98 {
      let plan = try SyntheticTrialPlan(trainCount: count, testCount: 0)
      #expect(plan.train.count == count)
      #expect(last.isSubset(of: plan.train))
      last = Set(plan.train)
    }
  }

  @Test(
    "an invalid number of recordings is rejected with the available number",
    arguments: [(99, 0), (-1, 0), (0, 25), (0, -1)])
  func refusal(trainCount: Int, testCount: Int) {
    let isTrain = testCount == 0
    #expect(
      throws: SyntheticTrialPlanError(
        split: isTrain ? .train : .test, requestedCount: isTrain ? trainCount : testCount,
        availableCount: isTrain ? 98 : 24)
    ) {
      try SyntheticTrialPlan(trainCount: trainCount, testCount: testCount)
    }
  }
}
