import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const sentence = (selector, message) => ({ selector, message })

/** Shapes the language allows and this project does not. */
const shapes = [
  sentence('ExportDefaultDeclaration', 'Export it by name: then it has one name everywhere and editors can find it.'),
  sentence(
    'TSEnumDeclaration',
    'Use a union of string literals: it needs no code at run time and reads the same in JSON.',
  ),
  sentence('ExportAllDeclaration', 'Import from the file that defines it: a barrel hides where things are.'),
  sentence(
    'TSNonNullExpression',
    'Handle the missing case: it will come, in the shape of a deleted account or an empty page.',
  ),
]

/** What the core never reads: whoever calls it says what time it is and what was drawn. */
const impurities = [
  sentence(
    "NewExpression[callee.name='Date'][arguments.length=0]",
    'The core reads no clock: take the time as an argument.',
  ),
  sentence(
    "MemberExpression[object.name='Date'][property.name='now']",
    'The core reads no clock: take the time as an argument.',
  ),
  sentence(
    "MemberExpression[object.name='Math'][property.name='random']",
    'The core draws nothing by chance: take it as an argument.',
  ),
]
const outside = ['process', 'performance', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'crypto', 'console']

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'data/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 3],
      'no-restricted-syntax': ['error', ...shapes],
      eqeqeq: 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // A number or a boolean in a template reads well and cannot surprise; an object can.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `void promise` says that nobody waits, on purpose.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `record['key']` says that the key may be missing.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // `() => {}` is how one says "nothing to do".
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: ['src/{facts,criteria,review,controls,policy,engine,ledger}/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...shapes, ...impurities],
      'no-restricted-globals': [
        'error',
        ...outside.map((name) => ({
          name,
          message: 'The core touches nothing outside itself: take the value as an argument.',
        })),
      ],
    },
  },
  {
    // A port is promised to be asynchronous even where one home answers at once (SQLite, an in-memory double).
    files: ['src/store/**/*.ts', 'src/queue/**/*.ts', 'src/twin/**/*.ts', 'test/**/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // A `describe` is a chapter of tests, not a function somebody must hold in mind.
      'max-lines-per-function': 'off',
      // Jest's asymmetric matchers (`expect.any(String)`) are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // `expect(port.method).toHaveBeenCalled()` names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['*.js', '*.cjs', 'test/project/*.js'],
    extends: [tseslint.configs.strict],
    languageOptions: { globals: { module: 'writable' } },
  },
)
