/// Body, clothes and habits of a subject, the same under every lighting.
///
/// Lengths and positions are in pixels of the image. The ranges are chosen to resemble the
/// recording of user01; they are not measured over the subjects.
struct Person: Equatable, Sendable {
  /// The size relative to a person of medium size.
  let scale: Double
  /// The point between the shoulders when the person stands still.
  let chest: Vector
  /// The distance of a shoulder from the middle of the chest.
  let shoulderHalfWidth: Double
  /// Length of the upper arm and of the forearm.
  let upperArmLength: Double
  let forearmLength: Double
  /// The fraction of an elbow's bend that is visible in the image; the rest points at the camera.
  let elbowBend: Double
  /// Whether the left hand leads: strums, and swings more.
  let isLeftHanded: Bool
  /// The amplitude of the other hand relative to the leading one.
  let otherHandAmplitude: Double
  /// A factor on the usual frequency of the gestures.
  let tempo: Double
  /// A factor on the usual width of the movements.
  let amplitude: Double
  /// The period of the body's sway in seconds, and its amplitude in pixels.
  let swaySeconds: Double
  let swayPixels: Double
  /// How this subject performs each gesture.
  let style: GestureStyle
  /// The edges of the body's parts, in the order of ``BodyPart``.
  let edges: [EdgeCloud]

  /// Creates the person with a given number among those of a seed.
  init(seed: UInt64, subject: Int) {
    var random = Xoshiro256StarStar(
      seed: seed, purpose: .person, UInt64(truncatingIfNeeded: subject))
    let scale = random.uniform(in: 0.84...1.14)
    self.scale = scale
    chest = Vector(x: random.uniform(in: 56...72), y: random.uniform(in: 64...76))
    shoulderHalfWidth = scale * random.uniform(in: 15...19)
    upperArmLength = scale * random.uniform(in: 22...26)
    forearmLength = scale * random.uniform(in: 20...24)
    elbowBend = random.uniform(in: 0.4...0.8)
    isLeftHanded = random.chance(0.12)
    otherHandAmplitude = random.uniform(in: 0.7...1)
    tempo = random.uniform(in: 0.8...1.25)
    amplitude = random.uniform(in: 0.8...1.2)
    swaySeconds = random.uniform(in: 2.5...5)
    swayPixels = random.uniform(in: 0.3...0.9)
    style = GestureStyle(random: &random)
    let wardrobe = Wardrobe(random: &random)
    edges = BodyPart.all.map { part in
      EdgeCloud(of: part, scale: scale, wardrobe: wardrobe, random: &random)
    }
  }
}

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
