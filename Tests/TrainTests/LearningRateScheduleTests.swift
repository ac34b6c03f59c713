import Testing
import Train

@Suite("A learning rate schedule")
struct LearningRateScheduleTests {
  // PyTorch 2.13, lr 0.001: `CosineAnnealingLR(optimizer, T_max=…)` and `StepLR(optimizer, …)`, one
  // step per epoch. PyTorch computes each value from the previous one, which accumulates rounding
  // errors: hence the tolerance.
  @Test(
    "has PyTorch's values",
    arguments: [
      (
        LearningRateSchedule.cosine(halfPeriod: 32),
        [
          (0, 0.001), (1, 0.0009975923633360985), (2, 0.0009903926402016151),
          (7, 0.0008865052266813683), (16, 0.0004999999999999999), (31, 2.407636663901591e-06),
          (32, 0), (33, 2.407636663901536e-06), (48, 0.0005), (63, 0.0009975923633360989),
          (64, 0.0010000000000000005),
        ]
      ),
      (
        .cosine(halfPeriod: 5),
        [
          (1, 0.0009045084971874737), (3, 0.00034549150281252633), (5, 0),
          (16, 9.549150281252627e-05),
        ]
      ),
      (
        .step(size: 32, gamma: 0.1),
        [(0, 0.001), (31, 0.001), (32, 0.0001), (63, 0.0001), (64, 1e-05)]
      ),
      (
        .step(size: 3, gamma: 0.5),
        [(2, 0.001), (3, 0.0005), (5, 0.0005), (7, 0.00025), (48, 1.52587890625e-08)]
      ),
    ])
  func values(schedule: LearningRateSchedule, expected: [(epoch: Int, rate: Double)]) {
    for (epoch, rate) in expected {
      let found = schedule.learningRate(0.001, epoch: epoch)
      #expect(abs(found - rate) <= 1e-15, "epoch \(epoch): \(found), PyTorch has \(rate)")
    }
  }
}
