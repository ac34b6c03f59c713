/// The brightness of skin and clothes relative to the background.
struct Wardrobe: Equatable, Sendable {
  /// The contrast of skin against the background, -1 … 1; positive if brighter.
  let skinContrast: Double
  /// Contrast of the sleeves, and of the shirt, against the background, -1 … 1.
  let sleeveContrast: Double
  /// Whether the forearms are bare.
  let hasShortSleeves: Bool
  /// The fraction of the clothes' edge points that are inside the outline: folds, stripes, prints.
  let textureFraction: Double

  init(random: inout Xoshiro256StarStar) {
    skinContrast = random.uniform(in: 0.7...1)
    let strength = random.uniform(in: 0.4...1)
    sleeveContrast = random.chance(0.5) ? strength : -strength
    hasShortSleeves = random.chance(0.6)
    textureFraction = random.uniform(in: 0.2...0.5)
  }

  /// Whether a part of the body is bare.
  func isSkin(_ part: BodyPart) -> Bool {
    switch part.shape {
    case .hand, .head: true
    case .forearm: hasShortSleeves
    case .upperArm, .torso: false
    }
  }
}
