import Runs
import Testing
import Training

@testable import Commands

@Suite struct PredictionsTests {
    private static let predictions = [
        Prediction(path: "a.png", index: nil, probabilities: [0.125, 0.75, 0.125]),
        Prediction(path: "images", index: 12, probabilities: [1, 0, 0]),
    ]

    @Test func theMostProbableClassComesFirstAndTheSmallerOfEqualOnes() {
        #expect(Self.predictions[0].ranking == [1, 0, 2])
        #expect(Self.predictions.map(\.label) == [1, 0])
    }

    @Test func tableIsAligned() {
        #expect(
            Self.predictions.table == """
                image       class  probabilities
                a.png       1      1 0.7500  0 0.1250  2 0.1250
                images[12]  0      0 1.0000  1 0.0000  2 0.0000
                """)
    }

    @Test func jsonIsOneObject() {
        #expect(
            Self.predictions.json.text
                == #"{"predictions":[{"file":"a.png","class":1,"probabilities":[0.125,0.75,0.125]},"#
                + #"{"file":"images","index":12,"class":0,"probabilities":[1.0,0.0,0.0]}]}"#)
    }
}
