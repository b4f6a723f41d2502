import { buildSchema, type GraphQLSchema } from 'graphql'

/** The part of Linear's schema that the stand-in answers, in Linear's own names and nullability. */
export const linearSchema: GraphQLSchema = buildSchema(`
  scalar DateTime
  scalar JSONObject

  type Query {
    viewer: User!
    organization: Organization!
    issue(id: String!): Issue!
  }

  type Mutation {
    attachmentCreate(input: AttachmentCreateInput!): AttachmentPayload!
  }

  type Organization {
    id: ID!
    name: String!
    urlKey: String!
  }

  type User {
    id: ID!
    name: String!
    displayName: String!
    email: String!
    active: Boolean!
    url: String!
  }

  type Team {
    id: ID!
    key: String!
    name: String!
  }

  type WorkflowState {
    id: ID!
    name: String!
    "One of triage, backlog, unstarted, started, completed, canceled, duplicate."
    type: String!
    color: String!
  }

  type Issue {
    id: ID!
    number: Float!
    identifier: String!
    previousIdentifiers: [String!]!
    title: String!
    description: String
    url: String!
    priority: Float!
    createdAt: DateTime!
    updatedAt: DateTime!
    startedAt: DateTime
    completedAt: DateTime
    canceledAt: DateTime
    archivedAt: DateTime
    trashed: Boolean
    state: WorkflowState!
    team: Team!
    creator: User
    attachments(first: Int): AttachmentConnection!
  }

  type AttachmentConnection {
    nodes: [Attachment!]!
  }

  type Attachment {
    id: ID!
    title: String!
    subtitle: String
    url: String!
    issue: Issue!
  }

  type AttachmentPayload {
    lastSyncId: Float!
    success: Boolean!
    attachment: Attachment!
  }

  input AttachmentCreateInput {
    id: String
    issueId: String!
    title: String!
    url: String!
    subtitle: String
    iconUrl: String
    metadata: JSONObject
    groupBySource: Boolean
    commentBody: String
    createAsUser: String
  }
`)
