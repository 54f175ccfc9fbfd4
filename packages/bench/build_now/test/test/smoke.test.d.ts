export {};
//# sourceMappingURL=smoke.test.d.ts.map