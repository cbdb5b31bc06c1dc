import NN
import TensorEngine
import TestSupport
import Testing

@Suite struct SequenceModelTests {
    private func reader() throws -> DigitReader {
        let model = try DigitReader(strips(of: 3), hidden: 8)
        model.initialize(seed: 3)
        return model
    }

    /// Shown its own guesses as the truth, the taught decoder says what the free one did.
    @Test func readingIsBeingTaughtItsOwnGuesses() throws {
        let (model, batch) = (try reader(), models.first { $0.name == "digit-reader" }!.batch(0..<4))
        let free = model.read(batch.inputs, digits: 3)
        for (index, guess) in argmax(free).values.enumerated() { batch.labels.pointer[index] = Int32(guess) }
        let taught = try #require(model.outcome(of: batch, mode: .training).logits)
        #expect(mismatch(taught.values, free.values) == nil)
    }

    /// The truth would help, were it looked at.
    @Test func evaluationDoesNotLookAtTheLabels() throws {
        let (model, batch) = (try reader(), models.first { $0.name == "digit-reader" }!.batch(0..<4))
        let before = try #require(model.outcome(of: batch, mode: .evaluation).logits).values
        let taughtBefore = try #require(model.outcome(of: batch, mode: .training).logits).values
        for index in 0..<batch.labels.count { batch.labels.pointer[index] = 9 - batch.labels.pointer[index] }
        #expect(try #require(model.outcome(of: batch, mode: .evaluation).logits).values == before)
        #expect(try #require(model.outcome(of: batch, mode: .training).logits).values != taughtBefore)
    }

    @Test func replayReadsOtherStrips() throws {
        let (model, tested) = (try reader(), models.first { $0.name == "digit-reader" }!)
        let (batch, other) = (tested.batch(0..<4), tested.batch(4..<8))
        let outcome = model.outcome(of: batch, mode: .evaluation)
        batch.inputs.pointer.update(from: other.inputs.pointer, count: batch.inputs.count)
        for index in 0..<batch.labels.count { batch.labels.pointer[index] = other.labels.pointer[index] }
        Recording(of: outcome.loss).forward()
        #expect(outcome.loss.item == model.outcome(of: other, mode: .evaluation).loss.item)
    }

    @Test func generatedPicturesAreAFunctionOfClassSeedAndPlace() throws {
        let model = try RowGenerator(.mnist, hidden: 8)
        model.initialize(seed: 3)
        let pictures = model.generate(classes: [4, 4, 7], seed: 1)
        #expect(pictures.shape == [3, 28, 28])
        #expect(pictures.values.allSatisfy { (0...1).contains($0) })
        let (first, second) = (pictures.values[..<784], pictures.values[784..<1568])
        #expect(first != second, "one class, other noise")
        #expect(model.generate(classes: [4], seed: 1).values == Array(first))
        #expect(model.generate(classes: [5], seed: 1).values != Array(first))
        #expect(model.generate(classes: [4], seed: 2).values != Array(first))
    }
}
