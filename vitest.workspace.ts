export default ["packages/*", "!packages/bench", "examples"]
