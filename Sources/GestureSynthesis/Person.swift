/// Body, clothes and habits of a subject, the same under every lighting.
///
/// Lengths are in pixels of the sensor, places are in the image. The ranges follow the look of the
/// recording of user01; they are not measured over the subjects.
struct Person: Equatable, Sendable {
  /// Size against a middle-sized person.
  let scale: Double
  /// The point between the shoulders when the person stands still.
  let chest: Vector
  /// Distance of a shoulder from the chest's middle.
  let shoulderHalfWidth: Double
  /// Length of the upper arm and of the forearm.
  let upperArmLength: Double
  let forearmLength: Double
  /// How far a bent elbow shows in the image; the rest of the bend points at the camera.
  let elbowBend: Double
  /// True when the left hand is the one that leads, strums and swings more.
  let isLeftHanded: Bool
  /// How much less the other hand moves, as a factor.
  let otherHandAmplitude: Double
  /// Turns or beats a second against the usual ones, as a factor.
  let tempo: Double
  /// Width of the movements against the usual one, as a factor.
  let amplitude: Double
  /// Time in seconds of one sway of the body, and how far it goes.
  let swaySeconds: Double
  let swayPixels: Double
  /// How this subject makes each gesture.
  let style: GestureStyle
  /// The edges of the body's parts, in the order of ``BodyPart``.
  let edges: [EdgeCloud]

  /// The person with this number, in the world of a seed.
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

/// What decides whether a part of the body is brighter or darker than what is behind it.
struct Wardrobe: Equatable, Sendable {
  /// Contrast of skin against the background, -1 … 1; above 0: brighter.
  let skinContrast: Double
  /// Contrast of the sleeves, and of the shirt, against the background, -1 … 1.
  let sleeveContrast: Double
  /// True when the sleeves end above the elbows, so that the forearms are bare.
  let hasShortSleeves: Bool
  /// Share of edge points inside the clothes: folds, stripes, prints.
  let textureShare: Double

  init(random: inout Xoshiro256StarStar) {
    skinContrast = random.uniform(in: 0.7...1)
    let strength = random.uniform(in: 0.4...1)
    sleeveContrast = random.chance(0.5) ? strength : -strength
    hasShortSleeves = random.chance(0.6)
    textureShare = random.uniform(in: 0.2...0.5)
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
